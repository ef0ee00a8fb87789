"""Gates: each says who may not be booked and what mends it; providers may let somebody through with a reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people import services as people
from vesicle.protocols.schema.rules import Condition
from vesicle.protocols.schema.sections import Prerequisite
from vesicle.scheduling import gates, services
from vesicle.scheduling.gates import before
from vesicle.scheduling.models import Appointment, GateException, VisitResult
from vesicle.scheduling.tests.money import book, free, open_service
from vesicle.treatment import services as treatment
from vesicle.treatment.tests.situations import NEEDLED, TOPICAL

S = Appointment.State


def names(found):
    return {one.gate: one.state for one in found}


def at(path, by, days, **more):
    """Book the path's treatment some days from now."""
    house = path.house
    day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=days)
    return services.book_at(
        by=house.actor(by),
        option_id=path.option,
        areas=path.areas,
        location_id=path.where.pk,
        start=path.free_times(day)[0].start,
        patient=path.patient,
        provider_id=house.cast.noor_column.pk,
        now=clock.now(),
        **more,
    )


class TestPerson:
    @pytest.fixture
    def small(self, on_monday, cast):
        from vesicle.treatment.tests.situations import House

        return House(cast)

    def test_a_minimum_age_counts_on_the_day_of_the_visit(self, small):
        born = clock.now().date().replace(year=2008) + timedelta(days=3)  # 18 in three days
        young = people.register_patient(
            by=small.actor("rosa"),
            first_name="Yun",
            last_name="Park",
            date_of_birth=born,
            email="yun@example.org",
            time_zone="America/Los_Angeles",
        )
        open_service(small, minimum_age=18)
        ask = {"by": small.actor("rosa"), "option_id": "consultation", "areas": [], "patient": young}
        ask |= {"location_id": small.cast.portland.pk, "now": clock.now()}
        with pytest.raises(Blocked) as closed:
            services.book_at(**ask, start=free(small, days=2))
        assert closed.value.code == "too-young"
        assert closed.value.standing.mend
        assert services.book_at(**ask, start=free(small, days=3)).state == S.BOOKED

    def test_a_hold_closes_the_first_gate_and_says_why_only_to_staff(self, small):
        open_service(small)
        people.place_hold(by=small.actor("iris"), patient=small.cast.pia, reason="Allergy test.", at=clock.now())
        for by, reasons in (("rosa", ("Allergy test.",)), ("pia", ())):
            with pytest.raises(Blocked) as closed:
                book(small, by=by)
            assert (closed.value.code, closed.value.reasons) == ("patient-on-hold", reasons)

    def test_an_exception_is_only_for_gates_that_know_one(self, small):
        open_service(small)
        with pytest.raises(Invalid, match="prerequisite, spacing"):
            book(small, by="iris", exceptions={"hold": "I know her."})
        with pytest.raises(Invalid):
            book(small, by="iris", exceptions={"spacing": "  "})


class TestStanding:
    def test_lists_every_gate_that_concerns_a_booking_in_order(self, path):
        pia = path().booked()
        found = gates.standing(pia.me, pia.patient, pia.appointment, now=clock.now())
        assert names(found) == {"hold": "open", "clearance": "open", "spacing": "open", "consent": "due"}
        pia.sign()
        found = gates.standing(pia.me, pia.patient, pia.appointment, now=clock.now())
        assert names(found)["consent"] == "open"

    def test_a_clinic_may_ask_for_the_signature_hours_before(self, path):
        pia = path().booked()
        services.set_booking_rules(by=pia.house.actor("owen"), consent_hours=24)
        found = gates.standing(pia.me, pia.patient, pia.appointment, now=clock.now())
        consent = next(one for one in found if one.gate == "consent")
        assert "by Monday, November 30" in consent.says


class TestSpacing:
    def test_the_same_treatment_cannot_be_booked_nearer_than_the_protocol_says_before_or_after(self, path):
        pia = path().cleared()
        first = at(pia, "pia", 42)
        for days in (42 - 14, 42 + 14):
            for by in ("pia", "rosa", "iris"):
                with pytest.raises(Blocked) as closed:
                    at(pia, by, days)
                assert closed.value.code == "too-near"
                assert "days have to lie between" in closed.value.message
        assert "or earlier" in self.refusal(pia, 42 - 14).mend
        assert "or later" in self.refusal(pia, 42 + 14).mend
        assert at(pia, "pia", 42 + 21).state == S.BOOKED
        assert first.state == S.BOOKED

    def test_what_belongs_to_one_visit_follows_at_once(self, path):
        pia = path().cleared()
        first = at(pia, "pia", 14)
        first.visit = uuid4()
        first.save(update_fields=["visit"])
        asked = Appointment(
            clinic_id=first.clinic_id,
            location=first.location,
            edition_id=first.edition_id,
            option=first.option,
            areas=first.areas,
            starts_at=first.ends_at,
            visit=first.visit,
        )
        assert names(gates.standing(pia.me, pia.patient, asked, now=clock.now()))["spacing"] == "open"
        asked.visit = uuid4()
        assert names(gates.standing(pia.me, pia.patient, asked, now=clock.now()))["spacing"] == "closed"

    def refusal(self, path, days):
        with pytest.raises(Blocked) as closed:
            at(path, "pia", days)
        return closed.value.standing

    def test_a_provider_may_with_a_reason_that_is_kept_and_nobody_else(self, path):
        pia = path().cleared()
        at(pia, "pia", 14)
        why = {"exceptions": {"spacing": "Only the chin, which was left out."}}
        for by in ("pia", "rosa"):
            with pytest.raises(NotPermitted):
                at(pia, by, 21, **why)
        booked = at(pia, "noor", 21, **why)
        kept = GateException.objects.get(appointment=booked)
        assert (kept.gate, kept.reason, kept.by_name) == ("spacing", why["exceptions"]["spacing"], "Noor Haddad")
        assert AuditEntry.objects.get(code="appointment.let-through").detail["reason"] == kept.reason

    def test_a_cancelled_visit_keeps_nobody_away_and_a_move_does_not_meet_itself(self, path):
        pia = path().cleared()
        first = at(pia, "pia", 14)
        day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=16)
        services.move(by=pia.me, appointment=first, start=pia.free_times(day)[0].start, now=clock.now())
        services.cancel(by=pia.me, appointment=first, now=clock.now())
        assert at(pia, "pia", 17).state == S.BOOKED


@pytest.fixture
def patch_first(path, monkeypatch):
    """Pia, cleared for a treatment that asks for a patch test seven to 180 days before."""
    ask_for_patch_test(monkeypatch)
    pia = path().cleared()
    open_service(pia.house, "patch-test", kind="patch-test", price=0)
    return pia


def ask_for_patch_test(monkeypatch, when=None, *, first_time=False, also=()):
    """Let the protocol ask for a patch test, of whom ``when`` is true or not known."""
    condition = TypeAdapter(Condition).validate_python(when) if when else None
    row = Prerequisite(
        id="spot",
        visit="patch-test",
        min_days_before=7,
        valid_days=180,
        when=condition,
        first_time=first_time,
        also_made_for=also,
        patient="We try a small spot first.",
        clinician="Test spot.",
        basis="to-confirm",
    )
    monkeypatch.setattr(before, "_of_protocol", lambda appointment: [row])


class TestPatchTest:
    def done(self, path, outcome="clear", note="", days=0, made_for=None):
        """Let Pia come to a patch test some days from now, for her own treatment, and Noor read it."""
        booked = book(path.house, "patch-test", days=days, made_for=path.option if made_for is None else made_for)
        with clock.pretend(booked.starts_at):
            services.change_state(by=path.house.actor("rosa"), appointment=booked, state=S.ARRIVED, now=clock.now())
            services.record_result(
                by=path.house.actor("noor"), appointment=booked, outcome=outcome, note=note, now=clock.now()
            )
        return booked

    def test_is_asked_for_and_named_so_that_it_can_be_booked_first(self, patch_first):
        for by in ("pia", "rosa"):
            with pytest.raises(Blocked) as closed:
                at(patch_first, by, 14)
            standing = closed.value.standing
            assert closed.value.message == "A patch test at least 7 days before is needed for this treatment."
            assert (standing.first, standing.code) == ("patch-test", "prerequisite-missing")

    @pytest.mark.parametrize(
        ("when", "is_needed"),
        [
            ({"age": {"from": 18}}, True),
            ({"age": {"below": 18}}, False),
            ({"question": "SCR-NEVER-ASKED", "is": ["yes"]}, True),  # unknown is never no
        ],
    )
    def test_is_asked_of_those_of_whom_the_condition_is_true_or_not_known(
        self, patch_first, monkeypatch, when, is_needed
    ):
        ask_for_patch_test(monkeypatch, when)
        if is_needed:
            with pytest.raises(Blocked):
                at(patch_first, "pia", 14)
        else:
            assert at(patch_first, "pia", 14).state == S.BOOKED

    def test_before_the_first_time_only_where_the_protocol_says_so(self, path, monkeypatch):
        pia = path().treated()
        open_service(pia.house, "patch-test", kind="patch-test", price=0)
        ask_for_patch_test(monkeypatch, first_time=True)
        assert at(pia, "pia", 29).state == S.BOOKED
        services.cancel(by=pia.me, appointment=Appointment.objects.latest("pk"), now=clock.now())
        ask_for_patch_test(monkeypatch)
        with pytest.raises(Blocked):
            at(pia, "pia", 29)

    def test_opens_the_way_when_it_is_clear_and_counts_only_for_its_days(self, patch_first):
        booked = self.done(patch_first)
        assert Appointment.objects.get(pk=booked.pk).state == S.DONE
        with pytest.raises(Blocked):
            at(patch_first, "pia", 3)
        assert at(patch_first, "pia", 8).state == S.BOOKED

    def test_staff_may_book_both_at_once_and_the_treatment_waits_for_the_result(self, patch_first):
        test = book(patch_first.house, "patch-test", days=1, made_for=patch_first.option)
        with pytest.raises(Blocked):
            at(patch_first, "pia", 14)
        booked = at(patch_first, "rosa", 14)
        iris = patch_first.house.actor("iris")
        with clock.pretend(booked.starts_at):
            gate = next(g for g in treatment.gates(by=iris, appointment=booked, now=clock.now()) if g.id == "before")
            assert not gate.is_open
        with clock.pretend(test.starts_at):
            rosa, noor = patch_first.house.actor("rosa"), patch_first.house.actor("noor")
            services.change_state(by=rosa, appointment=test, state=S.ARRIVED, now=clock.now())
            services.record_result(by=noor, appointment=test, outcome="clear", now=clock.now())
        with clock.pretend(booked.starts_at):
            gate = next(g for g in treatment.gates(by=iris, appointment=booked, now=clock.now()) if g.id == "before")
            assert gate.is_open

    def test_a_reaction_stops_it_until_a_provider_lets_them_through_or_a_later_test_is_clear(self, patch_first):
        self.done(patch_first, outcome="reaction", note="Wheal of 5 mm after 48 hours.")
        with pytest.raises(Blocked) as closed:
            at(patch_first, "rosa", 14)
        assert closed.value.code == "prerequisite-reaction"
        iris = {"exceptions": {"prerequisite": "Reacted to the plaster, not to the acid."}}
        assert at(patch_first, "iris", 14, **iris).state == S.BOOKED
        services.cancel(by=patch_first.me, appointment=Appointment.objects.latest("pk"), now=clock.now())
        self.done(patch_first, days=2)
        assert at(patch_first, "pia", 14).state == S.BOOKED

    @pytest.mark.parametrize(
        ("made_for", "also", "counts"),
        [
            (NEEDLED, (), True),
            (TOPICAL, (), False),
            (TOPICAL, (TOPICAL,), True),
            (TOPICAL, ("exosome-therapy",), True),
            (TOPICAL, ("exosome",), False),
            (TOPICAL, ("any",), True),
            ("", (), False),
            ("", ("exosome-therapy",), False),  # unknown is never clear
            ("", ("any",), True),
        ],
    )
    def test_counts_only_for_what_it_was_made_for_or_what_the_protocol_names(
        self, patch_first, monkeypatch, made_for, also, counts
    ):
        assert patch_first.option == NEEDLED
        ask_for_patch_test(monkeypatch, also=also)
        self.done(patch_first, made_for=made_for)
        if counts:
            assert at(patch_first, "pia", 8).state == S.BOOKED
        else:
            with pytest.raises(Blocked) as closed:
                at(patch_first, "pia", 8)
            assert closed.value.code == "prerequisite-missing"

    @pytest.mark.parametrize(("made_for", "stops"), [(NEEDLED, True), (TOPICAL, False), ("", True)])
    def test_a_reaction_stops_what_it_was_made_for_and_where_that_is_not_known_everything(
        self, patch_first, made_for, stops
    ):
        self.done(patch_first, outcome="reaction", note="Wheal of 5 mm.", made_for=made_for)
        with pytest.raises(Blocked) as closed:
            at(patch_first, "rosa", 14)
        assert closed.value.code == ("prerequisite-reaction" if stops else "prerequisite-missing")

    def test_whoever_reads_it_says_what_it_was_made_for_and_the_latest_word_counts(self, patch_first):
        booked = self.done(patch_first, made_for="")
        with pytest.raises(Blocked) as closed:
            at(patch_first, "rosa", 14)
        assert "what the patch test was made for" in closed.value.standing.mend
        ask = {"by": patch_first.house.actor("noor"), "appointment": booked, "outcome": "clear", "now": clock.now()}
        assert services.record_result(**ask, made_for=NEEDLED).made_for == NEEDLED
        assert at(patch_first, "rosa", 14).state == S.BOOKED
        services.cancel(by=patch_first.me, appointment=Appointment.objects.latest("pk"), now=clock.now())
        services.record_result(**ask, made_for=TOPICAL)
        with pytest.raises(Blocked):
            at(patch_first, "rosa", 14)
        with pytest.raises(NotFound):
            services.record_result(**ask, made_for="chemical-peel/unheard-of")

    def test_nothing_else_is_made_for_a_treatment(self, patch_first):
        open_service(patch_first.house, "massage", kind="other")
        with pytest.raises(Invalid):
            book(patch_first.house, "massage", days=1, made_for=NEEDLED)

    def test_is_read_by_a_provider_who_describes_a_reaction_and_only_of_somebody_who_came(self, patch_first):
        booked = book(patch_first.house, "patch-test", days=1)
        ask = {"appointment": booked, "now": clock.now()}
        with pytest.raises(NotPermitted):
            services.record_result(by=patch_first.house.actor("rosa"), outcome="clear", **ask)
        with pytest.raises(Conflict):
            services.record_result(by=patch_first.house.actor("noor"), outcome="clear", **ask)
        with pytest.raises(Invalid):
            services.record_result(by=patch_first.house.actor("noor"), outcome="reaction", **ask)
        assert not VisitResult.objects.exists()

    def test_a_patient_is_shown_the_way_to_book_it(self, patch_first, client, as_patient):
        pia = as_patient(client, patch_first.patient)
        day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=14)
        held = services.hold(
            by=patch_first.me,
            option_id=patch_first.option,
            areas=patch_first.areas,
            location_id=patch_first.where.pk,
            start=patch_first.free_times(day)[0].start,
            now=clock.now(),
        )
        from vesicle.people.links import make_link

        token = make_link(
            by=patch_first.me, patient=None, purpose="hold", subject_id=held.pk, valid_for=timedelta(hours=1)
        )
        answer = pia.post(f"/book/hold/{token}/", {})
        assert answer.status_code == 409
        address = "/book/visits/patch-test/?location=portland&amp;for=exosome-therapy/microneedling"
        assert address in answer.content.decode()
        page = pia.get(address.replace("&amp;", "&") + "&from=2026-12-01").content.decode()
        assert '<option value="exosome-therapy/microneedling" selected>' in page
        day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=1)
        start = patch_first.free_times(day)[0].start.isoformat()
        pia.post("/book/visits/patch-test/", {"location": "portland", "start": start, "for": patch_first.option})
        assert Appointment.objects.get(option="patch-test").made_for == patch_first.option

    def test_the_page_of_a_result_asks_what_it_was_made_for(self, patch_first, client, as_staff):
        booked = book(patch_first.house, "patch-test", days=0, made_for=NEEDLED)
        with clock.pretend(booked.starts_at):
            services.change_state(
                by=patch_first.house.actor("rosa"), appointment=booked, state=S.ARRIVED, now=clock.now()
            )
            noor = as_staff(client, "noor")
            address = f"/desk/appointments/{booked.pk}/result/"
            assert f'<option value="{NEEDLED}" selected>' in noor.get(address).content.decode()
            noor.post(address, {"outcome": "clear", "note": "", "made_for": NEEDLED})
        assert VisitResult.objects.get().made_for == NEEDLED
