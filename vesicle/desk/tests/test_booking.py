"""Booking at the desk: the policy accepted by phone, and obstacles that somebody may be let through, with a reason."""

from datetime import timedelta

import pytest

from vesicle.core import clock
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, GateException, PolicyAcceptance
from vesicle.scheduling.tests.money import WORDS, WORDS_ES, free, open_service, write_policy
from vesicle.scheduling.tests.test_gates import ask_for_patch_test, at

ZONE = "America/Los_Angeles"
WHY = "Only the chin, which was left out the first time."


@pytest.fixture
def at_desk(as_staff):
    from django.test import Client

    return lambda name: as_staff(Client(), name)


class TestPolicyByPhone:
    def page(self, house, day):
        return f"/desk/patients/{house.cast.pia.pk}/book/?option=consultation&location=portland&first={day}"

    def test_is_shown_ticked_and_kept_with_who_recorded_it(self, house, at_desk):
        write_policy(house)
        open_service(house)
        start, rosa = free(house), at_desk("rosa")
        shown = rosa.get(self.page(house, start.date())).content.decode()
        assert WORDS in shown
        assert "accepted by phone (version 1)" in shown
        done = rosa.post(self.page(house, start.date()), {"start": start.isoformat(), "policy": "1"})
        kept = PolicyAcceptance.objects.get(appointment=Appointment.objects.get())
        assert (kept.policy.number, kept.how, kept.by_name) == (1, "told", house.cast.rosa.name)
        panel = rosa.get(done.headers["Location"]).content.decode()
        assert "version 1, accepted by phone or at the desk" in panel
        assert f"recorded by {house.cast.rosa.name}" in panel

    def test_is_read_in_the_patients_language_and_left_out_where_it_was_not_accepted(self, house, at_desk):
        write_policy(house)
        open_service(house)
        pia = house.cast.pia
        type(pia).objects.filter(pk=pia.pk).update(language="es")
        start, rosa = free(house), at_desk("rosa")
        page = self.page(house, start.date())
        assert WORDS_ES in rosa.get(page).content.decode()
        assert rosa.post(page, {"start": start.isoformat()}).status_code == 302
        assert not PolicyAcceptance.objects.exists()
        other = free(house, number=4)
        assert rosa.post(page, {"start": other.isoformat(), "policy": "1"}).status_code == 302
        assert PolicyAcceptance.objects.get().language == "es"

    def test_a_new_version_meanwhile_is_shown_and_has_to_be_ticked_again(self, house, at_desk):
        write_policy(house)
        open_service(house)
        write_policy(house, words_en="Two days before, please.")
        start, rosa = free(house), at_desk("rosa")
        refused = rosa.post(self.page(house, start.date()), {"start": start.isoformat(), "policy": "1"})
        said = refused.content.decode()
        assert refused.status_code == 422
        assert "Accept version 2" in said
        assert 'value="2"' in said
        assert not Appointment.objects.exists()


class TestObstacles:
    @pytest.fixture
    def near(self, path):
        """Pia has had a treatment booked that the next one would be too near to."""
        pia = path().cleared()
        at(pia, "pia", 14)
        day = clock.day_in(ZONE, clock.now()) + timedelta(days=21)
        page = f"/desk/patients/{pia.patient.pk}/book/?option={pia.option}&location=portland&first={day}"
        return pia, page + "&areas=full-face", pia.free_times(day)[0].start.isoformat()

    def test_front_desk_reads_what_mends_it_and_who_could_let_them_through(self, near, at_desk):
        _, page, start = near
        refused = at_desk("rosa").post(page, {"start": start})
        said = refused.content.decode()
        assert refused.status_code == 409
        assert "days have to lie between" in said
        assert "What mends it:</b> Choose" in said
        assert "medical director or provider may let them through" in said
        assert "because-spacing" not in said

    def test_a_provider_gives_a_reason_that_is_kept_with_the_booking(self, near, at_desk):
        pia, page, start = near
        write_policy(pia.house)
        noor = at_desk("noor")
        refused = noor.post(page, {"start": start, "policy": "1", "course": ""})
        said = refused.content.decode()
        assert 'name="because-spacing"' in said
        assert "all the same" in said
        assert 'aria-describedby="id_policy_help" checked' in said, "what was ticked stays"
        assert noor.post(page, {"start": start, "because-spacing": "   "}).status_code == 409
        done = noor.post(page, {"start": start, "policy": "1", "because-spacing": WHY})
        assert done.status_code == 302
        kept = GateException.objects.get()
        assert (kept.gate, kept.reason, kept.by_name) == ("spacing", WHY, pia.house.cast.noor.name)
        assert PolicyAcceptance.objects.get(appointment=kept.appointment).policy.number == 1
        assert WHY in noor.get(done.headers["Location"]).content.decode()

    def test_a_reason_typed_for_one_obstacle_stays_while_the_next_is_met(self, near, at_desk, monkeypatch):
        pia, page, start = near
        ask_for_patch_test(monkeypatch)
        open_service(pia.house, "patch-test", kind="patch-test", price=0)
        noor = at_desk("noor")
        said = noor.post(page, {"start": start}).content.decode()
        assert f"/desk/patients/{pia.patient.pk}/book/?option=patch-test" in said, (
            "what has to come first is one click away"
        )
        said = noor.post(page, {"start": start, "because-prerequisite": "Tested elsewhere."}).content.decode()
        assert "Tested elsewhere.</textarea>" in said
        assert 'name="because-spacing"' in said
        both = {"start": start, "because-prerequisite": "Tested elsewhere.", "because-spacing": WHY}
        assert noor.post(page, both).status_code == 302
        assert GateException.objects.count() == 2

    def test_nobody_is_let_through_by_a_role_that_may_not(self, near, at_desk):
        _, page, start = near
        assert at_desk("rosa").post(page, {"start": start, "because-spacing": WHY}).status_code == 403
        assert Appointment.objects.count() == 1

    def test_what_has_to_come_first_is_booked_on_the_same_page(self, near, at_desk):
        pia, _, _ = near
        open_service(pia.house, "patch-test", kind="patch-test", price=0)
        page = f"/desk/patients/{pia.patient.pk}/book/?option=patch-test&location=portland"
        rosa = at_desk("rosa")
        assert "slot" in rosa.get(page).content.decode()
        start = free(pia.house, "patch-test", days=1).isoformat()
        assert rosa.post(page, {"start": start}).status_code == 302
        assert Appointment.objects.filter(service__slug="patch-test").exists()


class TestCourseAndVisit:
    def test_keep_the_policy_and_the_reason_for_every_part(self, path, at_desk):
        pia = path().cleared()
        at(pia, "pia", 14)
        write_policy(pia.house)
        services.add_service(
            by=pia.house.actor("owen"),
            slug="talk",
            name="Talk",
            kind="consultation",
            minutes=20,
            needs=["room", "provider"],
        )
        day = clock.day_in(ZONE, clock.now()) + timedelta(days=21)
        asked = {"first": "talk", "then": pia.option, "areas": ["full-face"], "location": "portland", "on": day}
        asked |= {"pause": 0, "reason": ""}
        page, noor = f"/desk/appointments/patients/{pia.patient.pk}/visit/", at_desk("noor")
        shown = noor.get(page, asked).content.decode()
        assert "accepted by phone (version 1)" in shown
        start = shown.partition('name="start" value="')[2].partition('"')[0]
        refused = noor.post(page, asked | {"start": start, "policy": "1"})
        assert refused.status_code == 409
        assert 'name="because-spacing"' in refused.content.decode()
        assert noor.post(page, asked | {"start": start, "policy": "1", "because-spacing": WHY}).status_code == 302
        assert PolicyAcceptance.objects.count() == 2
        assert GateException.objects.get().reason == WHY
