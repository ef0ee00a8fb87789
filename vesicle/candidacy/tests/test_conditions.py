"""What a clearance depends on: it blocks until a person with the license notes that it is met."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from vesicle.candidacy import queries, services
from vesicle.candidacy.models import ClearanceCondition, ConditionMet
from vesicle.candidacy.tests.clinic import NEEDLING, cleared, healthy, screened
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people.identity import staff_actor
from vesicle.people.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
TODAY = date(2026, 12, 1)
LETTER = ("Letter from your dermatologist", "booking")
SPOT = ("Test spot, looked at after two weeks", "treating")


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def given(cast, now, *requires):
    """Return Iris's clearance of Pia with conditions."""
    row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
    return cleared(cast, row, now=now, requires=requires)


def gate(cast, on=TODAY):
    return queries.clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=on)


class TestGate:
    def test_before_booking_closes_both_doors(self, cast, now) -> None:
        given(cast, now, LETTER)
        found = gate(cast)
        assert (found.may_book, found.may_treat, found.blocker) == (False, False, "condition")
        assert found.why == (
            "Iris Lindqvist cleared it on a condition that is still open, "
            "before booking: “Letter from your dermatologist”."
        )
        with pytest.raises(Blocked, match="Letter from your dermatologist"):
            queries.require_clearance(
                cast.actor("rosa"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY, purpose="book"
            )

    def test_before_treating_lets_people_book(self, cast, now) -> None:
        given(cast, now, SPOT)
        found = gate(cast)
        assert (found.may_book, found.may_treat, found.blocker) == (True, False, "condition")

    def test_opens_when_the_last_one_is_met(self, cast, now) -> None:
        made = given(cast, now, LETTER, SPOT)
        first, second = made.requirements.order_by("pk")
        services.meet_condition(by=cast.actor("iris"), condition_id=first.pk, note="Dr. Weiss, of today.", now=now)
        assert [gate(cast).may_book, gate(cast).may_treat] == [True, False]
        assert not Message.objects.filter(kind="candidacy-conditions-met").exists()
        services.meet_condition(by=cast.actor("iris"), condition_id=second.pk, note="Healed well.", now=now)
        assert gate(cast).may_treat
        message = Message.objects.get(kind="candidacy-conditions-met")
        assert "ermatolog" not in message.body + message.subject

    def test_is_told_before_answers_that_have_grown_old(self, cast, now) -> None:
        made = given(cast, now, SPOT)
        on = TODAY + timedelta(days=40)
        found = gate(cast, on)
        assert (bool(found.stale), found.blocker) == (True, "condition")
        one = made.requirements.get()
        services.meet_condition(by=cast.actor("iris"), condition_id=one.pk, note="Healed.", now=now)
        assert gate(cast, on).blocker == "answers"

    def test_ends_with_its_clearance(self, cast, now) -> None:
        given(cast, now, SPOT)
        assert gate(cast, TODAY + timedelta(days=400)).blocker == "expired"

    def test_the_letter_says_that_something_is_needed_and_not_what(self, cast, now) -> None:
        given(cast, now, LETTER)
        body = Message.objects.get(kind="candidacy-decision").body
        assert "Something has to happen before you can choose a time" in body
        assert "ermatolog" not in body


class TestGiving:
    @pytest.mark.parametrize(
        ("outcome", "requires", "words"),
        [
            ("declined", [LETTER], "Conditions go with a clearance."),
            ("cleared", [("  ", "booking")], "Say what has to happen"),
            ("cleared", [("x" * 201, "booking")], "at most 200"),
            ("cleared", [("A letter", "someday")], "booking or treating"),
        ],
    )
    def test_refuses_what_is_not_whole(self, cast, now, outcome, requires, words) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        with pytest.raises(Invalid) as refused:
            cleared(cast, row, now=now, outcome=outcome, requires=requires)
        assert words in refused.value.fields["requires"]
        assert not ClearanceCondition.objects.exists()


class TestMeeting:
    def test_is_appended_audited_and_noted_once(self, cast, now) -> None:
        one = given(cast, now, LETTER).requirements.get()
        services.meet_condition(by=cast.actor("iris"), condition_id=one.pk, note="Letter read.", now=now)
        assert AuditEntry.objects.get(code="candidacy.condition-met").patient_id == cast.pia.pk
        with pytest.raises(Conflict, match="noted this already"):
            services.meet_condition(by=cast.actor("iris"), condition_id=one.pk, note="Again.", now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConditionMet.objects.update(note="Changed.")

    def test_needs_a_note(self, cast, now) -> None:
        one = given(cast, now, LETTER).requirements.get()
        with pytest.raises(Invalid):
            services.meet_condition(by=cast.actor("iris"), condition_id=one.pk, note=" ", now=now)

    @pytest.mark.parametrize("name", ["rosa", "noor", "owen", "pia"])
    def test_is_for_a_license_that_may_examine(self, cast, now, name) -> None:
        one = given(cast, now, LETTER).requirements.get()
        with pytest.raises((NotPermitted, NotFound)):
            services.meet_condition(by=cast.actor(name), condition_id=one.pk, note="Seen.", now=now)
        assert not ConditionMet.objects.exists()

    def test_otto_finds_nothing(self, cast, now) -> None:
        one = given(cast, now, LETTER).requirements.get()
        with pytest.raises(NotFound):
            services.meet_condition(by=staff_actor(cast.otto), condition_id=one.pk, note="Seen.", now=now)

    def test_a_newer_decision_takes_its_place(self, cast, now) -> None:
        made = given(cast, now, LETTER)
        services.revoke_clearance(
            by=cast.actor("iris"), patient=cast.pia, option=NEEDLING, reason="News.", now=now + timedelta(days=1)
        )
        with pytest.raises(Conflict, match="newer decision"):
            services.meet_condition(by=cast.actor("iris"), condition_id=made.requirements.get().pk, note="Seen.")


class TestPages:
    def test_a_provider_notes_it_and_the_desk_only_reads_it(self, client, as_staff, cast, now) -> None:
        one = given(cast, now, LETTER).requirements.get()
        address = f"/desk/candidacy/conditions/{one.pk}/"
        assert "Note that it is met" not in as_staff(client, "rosa").get(address).content.decode()
        assert client.post(address, {"note": "Seen."}).status_code == 422
        as_staff(client, "iris")
        assert LETTER[0] in client.get(f"/desk/candidacy/patients/{cast.pia.pk}/").content.decode()
        assert client.post(address, {"note": ""}).status_code == 422
        assert client.post(address, {"note": "Letter of Dr. Weiss."}).status_code == 302
        assert "Letter of Dr. Weiss." in client.get(address).content.decode()
        assert as_staff(client, "otto").get(address).status_code == 404

    def test_the_patients_home_says_that_something_is_needed_until_it_is_met(self, cast, now) -> None:
        from vesicle.candidacy.cards import cards
        from vesicle.core import clock

        one = given(cast, now, LETTER).requirements.get()
        with clock.pretend(now + timedelta(hours=1)):
            assert "on a condition" in cards(cast.actor("pia"))[-1].title
            services.meet_condition(by=cast.actor("iris"), condition_id=one.pk, note="Seen.")
            assert "choose a time" in cards(cast.actor("pia"))[-1].text

    def test_the_patient_reads_what_is_still_needed(self, client, cast, now) -> None:
        made = given(cast, now, LETTER)
        token = services.token_for(by=cast.actor("iris"), screening=made.review.screening)
        page = " ".join(client.get(f"/candidacy/{token}/", follow=True).content.decode().split())
        assert "on a condition" in page
        assert LETTER[0] in page
        assert "before you can choose a time" in page
