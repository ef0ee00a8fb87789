"""A stricter edition finds everybody it affects, and nobody else; it cancels nothing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from vesicle.candidacy import hooks, queries, services
from vesicle.candidacy.hooks import Expected
from vesicle.candidacy.models import ReviewDecision, RuleChange, Screening
from vesicle.candidacy.tests.clinic import (
    NEEDLING,
    NEEDLING_RULES,
    PEEL,
    approve_editions,
    cleared,
    healthy,
    rule,
    screened,
    yes,
)
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people.identity import staff_actor
from vesicle.protocols.models import Edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
TODAY = date(2026, 12, 1)
RETINOID = rule("retinoid", yes("SCR-RETINOID"), "defer", wait={"days": 14, "from_question": "SCR-RETINOID"})
STRICTER = [*NEEDLING_RULES, RETINOID]


@pytest.fixture(autouse=True)
def today(now):
    """Let the clock stand at noon on December 1."""
    with clock.pretend(now):
        yield


@pytest.fixture
def waiting_list(monkeypatch):
    """Say who is expected, instead of the appointments of the next room."""
    listed = []
    monkeypatch.setattr(hooks, "expected", [lambda clinic_id, options, now: [e for e in listed if e.option in options]])
    return listed


def in_force(treatment="microneedling"):
    return Edition.objects.get(treatment=treatment, status=Edition.Status.APPROVED)


def change(cast, now, version="2.0.0", **rules):
    """Approve further editions as the medical director does, and judge everybody again."""
    before = {treatment: in_force(treatment) for treatment in ("microneedling", "chemical-peel")}
    approve_editions(cast, now, version, **rules)
    for treatment, replaced in before.items():
        services.rescreen(cast.actor("iris"), in_force(treatment), replaced)


def on_list(cast):
    return [(row.patient, row.option, row.before, row.after) for row in queries.rule_changes(cast.actor("rosa"))]


class TestWhoIsFound:
    def test_somebody_cleared_whom_the_new_rules_defer(self, cast, now, waiting_list) -> None:
        row = screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        cleared(cast, row, now=now)
        change(cast, now, microneedling=STRICTER)
        assert on_list(cast) == [(cast.pia, NEEDLING, "suitable", "defer")]
        found = queries.rule_changes(cast.actor("rosa"))[0]
        assert [reason["rule"] for reason in found.reasons] == ["microneedling.retinoid"]
        assert found.standing == "clearance"

    def test_somebody_for_whom_a_wait_has_only_grown_longer(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(ISO=("yes", date(2026, 6, 1))), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, TODAY))
        longer = {"days": 365, "from_question": "SCR-ISO"}
        rules = [{**one, "wait": longer} if one["id"] == "isotretinoin" else one for one in NEEDLING_RULES]
        change(cast, now, microneedling=rules)
        assert on_list(cast) == [(cast.pia, NEEDLING, "suitable", "defer")]

    def test_somebody_expected_is_judged_on_their_own_day(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        waiting_list += [
            Expected(cast.pia.pk, NEEDLING, date(2026, 12, 11)),
            Expected(cast.pia.pk, NEEDLING, date(2027, 1, 5)),
        ]
        change(cast, now, microneedling=STRICTER)
        assert [(row.on, row.standing) for row in RuleChange.objects.all()] == [(date(2026, 12, 11), "appointment")]

    def test_nobody_whose_wait_is_over_by_the_day_they_come(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, date(2026, 12, 12)))
        change(cast, now, microneedling=STRICTER)
        assert on_list(cast) == []

    def test_nobody_whom_milder_rules_set_free(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, TODAY))
        change(cast, now, microneedling=[one for one in NEEDLING_RULES if one["id"] != "keloid"])
        assert on_list(cast) == []

    def test_somebody_cleared_who_has_to_be_seen_for_another_reason(self, cast, now, waiting_list) -> None:
        row = screened(
            cast, healthy(KELOID="yes", KELOID__STRONG="no", RETINOID=("yes", TODAY)), now=now, patient=cast.pia
        )
        cleared(cast, row, now=now)
        change(cast, now, microneedling=[*NEEDLING_RULES, rule("retinoid", yes("SCR-RETINOID"), "review")])
        assert on_list(cast) == [(cast.pia, NEEDLING, "review", "review")]

    def test_nobody_is_listed_for_a_reason_that_was_there_before(self, cast, now, waiting_list) -> None:
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        cleared(cast, row, now=now)
        change(cast, now)
        assert on_list(cast) == []

    def test_nobody_whose_clearance_has_ended_and_who_is_not_expected(self, cast, now, waiting_list) -> None:
        row = screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        cleared(cast, row, now=now, expires_on=TODAY)
        approve_later = now + timedelta(days=1)
        before = in_force()
        approve_editions(cast, approve_later, "2.0.0", microneedling=STRICTER)
        with clock.pretend(approve_later):
            services.rescreen(cast.actor("iris"), in_force(), before)
        assert on_list(cast) == []

    def test_answers_without_a_sheet_are_read_from_the_answers(self, cast, now, waiting_list) -> None:
        row = screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        Screening.objects.filter(pk=row.pk).update(sheet=None, sheet_layout="")
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, TODAY))
        change(cast, now, microneedling=STRICTER)
        assert on_list(cast) == [(cast.pia, NEEDLING, "suitable", "defer")]

    def test_a_treatment_no_longer_offered_affects_everybody_who_expects_it(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, PEEL, TODAY))
        before = in_force("chemical-peel")
        approve_editions(cast, now, "2.0.0")
        after = in_force("chemical-peel")
        overlay = {"modalities": {"superficial": {"offered": False}}}
        withdrawn = Edition.objects.create(
            clinic=cast.clinic,
            treatment="chemical-peel",
            number=9,
            release=after.release,
            overlay=overlay,
            created_by=cast.iris,
            created_at=now,
        )
        services.rescreen(cast.actor("iris"), withdrawn, before)
        assert on_list(cast) == [(cast.pia, PEEL, "suitable", "unsuitable")]

    def test_a_first_edition_affects_nobody(self, cast, now, waiting_list) -> None:
        screened(cast, healthy(), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, TODAY))
        services.rescreen(cast.actor("iris"), in_force(), None)
        assert not AuditEntry.objects.filter(code="candidacy.rescreened").exists()


class TestTheList:
    @pytest.fixture
    def entry(self, cast, now, waiting_list):
        screened(cast, healthy(RETINOID=("yes", date(2026, 11, 28))), now=now, patient=cast.pia)
        waiting_list.append(Expected(cast.pia.pk, NEEDLING, TODAY))
        change(cast, now, microneedling=STRICTER)
        return RuleChange.objects.get()

    def test_withdraws_no_clearance_by_itself(self, cast, entry) -> None:
        assert not ReviewDecision.objects.exists()

    def test_every_person_found_is_in_the_audit_trail(self, cast, entry) -> None:
        assert AuditEntry.objects.get(code="candidacy.affected").patient_id == cast.pia.pk
        assert AuditEntry.objects.filter(code="candidacy.rescreened").first().detail["affected"] == 1

    def test_is_closed_once_with_what_was_done(self, cast, entry, now) -> None:
        services.close_rule_change(by=cast.actor("rosa"), change=entry, note="Moved to the 15th.", now=now)
        assert on_list(cast) == []
        [closed] = queries.rule_changes(cast.actor("rosa"), closed=True)
        assert closed.closed.note == "Moved to the 15th."
        with pytest.raises(Conflict, match="dealt with this already"):
            services.close_rule_change(by=cast.actor("noor"), change=entry, note="Again.", now=now)

    def test_asks_what_was_done(self, cast, entry, now) -> None:
        with pytest.raises(Invalid):
            services.close_rule_change(by=cast.actor("rosa"), change=entry, note="  ", now=now)

    def test_belongs_to_the_clinic_and_its_staff(self, cast, entry, now) -> None:
        with pytest.raises(NotFound):
            services.close_rule_change(by=staff_actor(cast.otto), change=entry, note="Seen.", now=now)
        with pytest.raises(NotPermitted):
            queries.rule_changes(cast.actor("pia"))

    def test_is_never_changed_in_the_database(self, entry) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleChange.objects.update(after="suitable")

    def test_its_page_shows_both_verdicts_and_providers_the_new_reason(self, client, cast, entry, as_staff) -> None:
        as_staff(client, "rosa")
        page = " ".join(client.get("/desk/candidacy/rule-changes/").content.decode().split())
        assert "May suit you" in page
        assert "Not yet" in page
        assert "not before" in page
        assert "Clinical note about retinoid." not in page  # it would tell the front desk what was answered
        as_staff(client, "noor")
        assert "Clinical note about retinoid." in client.get("/desk/candidacy/rule-changes/").content.decode()
        as_staff(client, "rosa")
        url, field = f"/desk/candidacy/rule-changes/{entry.pk}/close/", f"c{entry.pk}-note"
        answer = client.post(url, {field: ""})
        assert answer.status_code == 422
        assert "Say what was done" in answer.content.decode()
        sent = client.post(
            f"/desk/candidacy/rule-changes/{entry.pk}/close/", {f"c{entry.pk}-note": "Called."}, follow=True
        )
        assert "Nobody is affected" in sent.content.decode()
        assert "Called." in sent.content.decode()

    def test_takes_the_same_number_of_reads_however_many_are_affected(
        self, client, cast, entry, now, as_staff, django_assert_num_queries
    ) -> None:
        as_staff(client, "rosa")
        client.get("/desk/candidacy/rule-changes/")
        with CaptureQueriesContext(connection) as few:
            client.get("/desk/candidacy/rule-changes/")
        radiofrequency = "microneedling/radiofrequency"
        for patient, option in ((cast.tam, NEEDLING), (cast.tam, radiofrequency), (cast.pia, radiofrequency)):
            row = RuleChange.objects.get(pk=entry.pk)
            row.pk, row.patient, row.option, row._state.adding = None, patient, option, True
            row.save(force_insert=True)
        services.close_rule_change(by=cast.actor("rosa"), change=row, note="Called.", now=now)
        with django_assert_num_queries(len(few)):
            client.get("/desk/candidacy/rule-changes/")
