"""Check-ins against the expected course, alerts that a person closes, and adverse events."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.aftercare import queries, services
from vesicle.aftercare.forms import CheckInForm
from vesicle.aftercare.models import AdverseEvent, Alert, CheckIn
from vesicle.aftercare.services import open_aftercare
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.languages import speaking
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people import queries as people
from vesicle.people.identity import staff_actor
from vesicle.people.models import Message
from vesicle.protocols.bank import load_bank
from vesicle.treatment.tests.situations import GOOD, RECALLED

CALM = {"OM-REDNESS": 2, "OM-SWELLING": 1, "OM-VAS-PAIN": 1}


@pytest.fixture
def day_two(treated):
    """Pia on the second day; the clock stands when the check-in is due."""
    check_in = CheckIn.objects.get(encounter=treated.encounter, day=2)
    with clock.pretend(check_in.due_at):
        treated.check_in_row = check_in
        yield treated


def answer(path, measures=None, red_flags=(), **changes):
    given = {"by": path.me, "check_in": path.check_in_row, "now": clock.now()}
    return services.answer_check_in(**given | changes, measures=measures or CALM, red_flags=red_flags)


class TestOpen:
    def test_plans_every_check_in_at_nine_in_her_morning_and_writes_once(self, treated):
        due = {row.day: row.due_at for row in treated.encounter.check_ins.all()}
        assert sorted(due) == [1, 2, 7, 28, 90]
        # Tuesday, the first of December: Pacific standard time. Day 90 is the first of March, still so.
        assert {moment.strftime("%H:%M") for moment in due.values()} == {"17:00"}
        mails = Message.objects.filter(kind__in=["aftercare-plan", "check-in"])
        assert mails.count() == 6
        open_aftercare(treated.nurse, treated.encounter, clock.now())
        assert mails.count() == 6
        assert CheckIn.objects.count() == 5


class TestAnswer:
    def test_what_is_expected_raises_no_alert(self, day_two):
        row = answer(day_two)
        assert row.outcome == CheckIn.Outcome.EXPECTED
        assert not Alert.objects.exists()
        assert AuditEntry.objects.get(code="aftercare.answered").detail == {"outcome": "expected"}

    def test_more_redness_than_the_course_allows_is_for_today(self, day_two):
        row = answer(day_two, CALM | {"OM-REDNESS": 3})
        alert = Alert.objects.get()
        assert (row.outcome, alert.urgency) == ("outside", "same-day")
        assert alert.text == "More redness than expected on day 2: 3, expected at most 2."
        assert alert.due_at == clock.now() + timedelta(hours=24)
        assert "more redness than we expect" in row.findings[0]["patient"]

    def test_a_red_flag_says_what_to_do_now_and_comes_first(self, day_two):
        row = answer(day_two, CALM | {"OM-REDNESS": 4}, ["RF-HSV", "RF-BREATHE"])
        assert row.outcome == "red-flag"
        assert [finding["code"] for finding in row.findings] == ["RF-BREATHE", "RF-HSV", "OM-REDNESS"]
        assert row.findings[0]["patient"] == load_bank().red_flags["RF-BREATHE"].patient_now
        board = queries.open_alerts(day_two.house.actor("rosa"))
        assert [alert.code for alert in board] == ["RF-BREATHE", "RF-HSV", "OM-REDNESS"]

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_what_the_patient_read_is_kept_with_its_language(self, day_two, language):
        with speaking(language):
            row = answer(day_two, CALM | {"OM-REDNESS": 4}, ["RF-HSV"])
        assert {finding["language"] for finding in row.findings} == {language}

    @pytest.mark.parametrize(
        "measures",
        [{}, {"OM-REDNESS": 2}, CALM | {"OM-REDNESS": 5}, CALM | {"OM-SWELLING": -1}, CALM | {"OM-VAS-PAIN": "much"}],
    )
    def test_what_is_missing_or_out_of_range_is_asked_again(self, day_two, measures):
        with pytest.raises(Invalid) as refused:
            services.answer_check_in(
                by=day_two.me, check_in=day_two.check_in_row, measures=measures, red_flags=[], now=clock.now()
            )
        assert refused.value.fields
        assert CheckIn.objects.get(day=2).answered_at is None
        assert answer(day_two).answered_at

    def test_is_taken_once_and_not_before_its_day(self, day_two):
        with pytest.raises(Conflict):
            answer(day_two, now=clock.now() - timedelta(hours=13))
        answer(day_two)
        with pytest.raises(Conflict):
            answer(day_two, CALM | {"OM-REDNESS": 4})
        assert not Alert.objects.exists()

    def test_only_she_answers_and_only_about_signs_of_this_treatment(self, day_two):
        with pytest.raises(NotFound):
            answer(day_two, by=day_two.house.actor("tam"))
        with pytest.raises(NotPermitted):
            answer(day_two, by=day_two.nurse)
        with pytest.raises(Invalid):
            answer(day_two, red_flags=["RF-MADE-UP"])

    def test_silence_about_the_signs_is_no_no(self):
        bank = load_bank()
        measures, flags = [bank.measures["OM-REDNESS"]], [bank.red_flags["RF-BREATHE"]]

        def errors(**typed):
            form = CheckInForm(measures, flags, {"OM-REDNESS": "1", **typed})
            return [] if form.is_valid() else list(form.errors)

        assert errors() == ["red_flags"]
        assert errors(red_flags=["RF-BREATHE"], none="on") == ["red_flags"]
        assert errors(none="on") == []
        assert errors(red_flags=["RF-BREATHE"]) == []


class TestClose:
    @pytest.fixture
    def alert(self, day_two):
        answer(day_two, red_flags=["RF-HSV"])
        return Alert.objects.get()

    def close(self, path, alert, name="noor", words="Called her; antiviral begun."):
        return services.close_alert(by=path.house.actor(name), alert=alert, action_taken=words, now=clock.now())

    def test_is_done_by_a_licensed_person_in_their_own_name(self, day_two, alert):
        closed = self.close(day_two, alert)
        assert closed.closed_by == day_two.house.cast.noor
        assert queries.open_alerts(day_two.nurse) == []
        assert list(queries.recent_alerts(day_two.nurse)) == [closed]
        with pytest.raises(Conflict):
            self.close(day_two, alert, "iris")

    def test_is_not_done_by_the_front_desk_the_owner_or_without_a_word(self, day_two, alert):
        for name in ("rosa", "owen", "pia"):
            with pytest.raises(NotPermitted):
                self.close(day_two, alert, name)
        with pytest.raises(Invalid):
            self.close(day_two, alert, words="   ")
        alert.refresh_from_db()
        assert alert.closed_at is None

    def test_the_database_wants_a_person_and_what_was_done(self, alert):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(pk=alert.pk).update(closed_at=clock.now())

    def test_the_other_clinic_sees_nothing_of_it(self, day_two, alert):
        cast = day_two.house.cast
        with clinic_scope(cast.other.pk):
            otto = staff_actor(cast.otto)
            assert queries.open_alerts(otto) == []
            with pytest.raises(NotFound):
                queries.alert(otto, alert.pk)


class TestAdverseEvent:
    def record(self, path, **changes):
        given = {
            "by": path.nurse,
            "encounter": path.encounter,
            "term": "Herpes simplex",
            "onset_day": 2,
            "severity": 2,
            "is_serious": False,
            "action": "Antiviral for ten days.",
            "outcome": "",
            "now": clock.now(),
        }
        return services.record_adverse_event(**given | changes)

    def test_is_linked_to_visit_lot_and_alert_and_may_hold_the_patient(self, day_two):
        answer(day_two, red_flags=["RF-HSV"])
        lot = day_two.house.lot(GOOD)
        event = self.record(day_two, lot=lot, alert=Alert.objects.get(), hold_reason="Wait until healed.")
        assert (event.encounter, event.lot, event.alert) == (day_two.encounter, lot, Alert.objects.get())
        assert queries.adverse_events(day_two.nurse, lot_id=lot.pk) == [event]
        (hold,) = people.active_holds(day_two.nurse, day_two.patient.pk)
        assert hold.reason == "Wait until healed."

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"term": " "}, "term"),
            ({"severity": 0}, "severity"),
            ({"severity": 6}, "severity"),
            ({"onset_day": -1}, "onset_day"),
            ({"onset_day": 900}, "onset_day"),
            ({"action": ""}, "action"),
        ],
    )
    def test_names_what_is_missing_and_records_nothing(self, treated, changes, field):
        with pytest.raises(Invalid) as refused:
            self.record(treated, **changes)
        assert list(refused.value.fields) == [field]
        assert not AdverseEvent.objects.exists()

    def test_a_lot_that_was_not_used_cannot_be_blamed(self, treated):
        with pytest.raises(Invalid):
            self.record(treated, lot=treated.house.lot(RECALLED))
        assert self.record(treated, lot=treated.house.lot(GOOD))

    def test_what_is_learned_later_is_added_and_never_changed(self, treated):
        event = self.record(treated)
        update = services.add_to_event(
            by=treated.nurse, event=event, text="Healed.", outcome="Resolved", now=clock.now()
        )
        for change in (lambda: type(update).objects.update(text="x"), update.delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        with pytest.raises(Invalid):
            services.add_to_event(by=treated.nurse, event=event, text="", now=clock.now())
        with pytest.raises(NotPermitted):
            self.record(treated, by=treated.house.actor("rosa"))
