"""Begin, answer, finish, say who one is; and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain import Answer, Answers, Preferences
from vesicle.candidacy.models import Review, ScreeningAnswer, ScreeningVerdict
from vesicle.candidacy.tests.clinic import (
    ASKED,
    DEEP_PEEL,
    NEEDLING,
    PEEL,
    PIA_BORN,
    approve_editions,
    cleared,
    healthy,
    rule,
    screened,
    yes,
)
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people.identity import staff_actor
from vesicle.people.models import Message
from vesicle.people.services import register_patient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
TODAY = date(2026, 12, 1)


@pytest.fixture
def begun(cast, now):
    return services.start_screening(
        by=cast.actor("visitor"), date_of_birth=PIA_BORN, concerns=["acne-scars"], option=NEEDLING, now=now
    )


def say(cast, screening, question, answer, *more, now, by="visitor"):
    return services.answer(
        by=cast.actor(by), screening=screening, question=question, answer=answer, now=now, **dict(more)
    )


class TestStart:
    def test_keeps_what_was_chosen_and_only_the_hash_of_the_token(self, begun) -> None:
        row = begun.screening
        assert (row.chosen_option, row.concerns, row.areas) == (NEEDLING, ["acne-scars"], ["full-face"])
        assert begun.token not in row.token_hash
        assert queries.said(row).answers.date_of_birth == PIA_BORN

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"date_of_birth": date(2026, 12, 2)}, "date_of_birth"),
            ({"date_of_birth": date(2020, 1, 1)}, "date_of_birth"),
            ({"areas": ["moon"]}, "areas"),
            ({"areas": []}, "areas"),
            ({"concerns": ["youth"]}, "concerns"),
        ],
    )
    def test_refuses_what_cannot_be_right(self, cast, now, given, field) -> None:
        with pytest.raises(Invalid) as refused:
            services.start_screening(by=cast.actor("visitor"), now=now, **({"date_of_birth": PIA_BORN} | given))
        assert set(refused.value.fields) == {field}

    def test_carries_over_what_a_patient_said_lately_and_not_what_is_too_old(self, cast, now) -> None:
        screened(cast, healthy(), now=now, patient=cast.pia)
        later = now + timedelta(days=10)
        again = services.start_screening(by=cast.actor("pia"), patient=cast.pia, now=later).screening
        told = queries.said(again)
        assert "SCR-INFECT" not in told.answers.given  # good for 7 days
        assert told.answers.given["SCR-PREG"] == Answer("no")  # good for 14
        assert told.days["SCR-PREG"] == TODAY

    def test_a_patient_begins_for_themselves_alone(self, cast, now) -> None:
        with pytest.raises(NotFound):
            services.start_screening(by=cast.actor("pia"), patient=cast.tam, now=now)

    def test_the_owner_does_not_answer_health_questions(self, cast, now) -> None:
        with pytest.raises(NotPermitted):
            services.start_screening(by=cast.actor("owen"), date_of_birth=PIA_BORN, now=now)


class TestAnswer:
    def test_adds_a_row_and_the_latest_counts(self, cast, begun, now) -> None:
        say(cast, begun.screening, "SCR-PREG", "yes", now=now)
        say(cast, begun.screening, "SCR-PREG", "no", now=now + timedelta(minutes=1))
        told = queries.said(begun.screening)
        assert told.answers.given["SCR-PREG"] == Answer("no")
        assert [(c.question, c.before, c.after) for c in told.changed] == [("SCR-PREG", "yes", "no")]
        assert ScreeningAnswer.objects.filter(question="SCR-PREG").count() == 2

    def test_saying_the_same_again_on_the_same_day_adds_nothing(self, cast, begun, now) -> None:
        say(cast, begun.screening, "SCR-PREG", "no", now=now)
        assert say(cast, begun.screening, "SCR-PREG", "no", now=now + timedelta(hours=1)) is None
        assert say(cast, begun.screening, "SCR-PREG", "no", now=now + timedelta(days=1)) is not None

    def test_keeps_date_and_words(self, cast, begun, now) -> None:
        day = date(2026, 9, 15)
        say(cast, begun.screening, "SCR-ISO", "yes", ("date", day), ("text", " 20 mg "), now=now)
        assert queries.said(begun.screening).answers.given["SCR-ISO"] == Answer("yes", day, "20 mg")

    def test_a_new_answer_to_the_parent_leaves_the_follow_up_open_again(self, cast, begun, now) -> None:
        say(cast, begun.screening, "SCR-KELOID", "yes", now=now)
        say(cast, begun.screening, "SCR-KELOID.STRONG", "no", now=now)
        assert "SCR-KELOID.STRONG" in queries.said(begun.screening).answers.given
        say(cast, begun.screening, "SCR-KELOID", "yes", ("text", "on both ears"), now=now)
        assert "SCR-KELOID.STRONG" not in queries.said(begun.screening).answers.given

    @pytest.mark.parametrize(
        ("question", "answer", "more", "words"),
        [
            ("SCR-NOPE", "no", (), "is not a question of ours"),
            ("SCR-PREG", "perhaps", (), "cannot be answered"),
            ("SCR-ISO", "yes", (("date", date(2026, 12, 2)),), "lies in the future"),
            ("SCR-KELOID.STRONG", "yes", (), "contradicts SCR-KELOID"),
            ("SCR-AGE", "answered", (), "is missing"),
            ("SCR-AGE", "answered", (("date", date(2027, 1, 1)),), "lies after"),
            ("SCR-MEDS", "answered", (("text", "x" * 501),), "501 characters"),
        ],
    )
    def test_refuses_under_the_questions_own_name(self, cast, begun, now, question, answer, more, words) -> None:
        say(cast, begun.screening, "SCR-KELOID", "no", now=now)
        rows = ScreeningAnswer.objects.count()
        with pytest.raises(Invalid) as refused:
            say(cast, begun.screening, question, answer, *more, now=now)
        assert words in refused.value.fields[question]
        assert ScreeningAnswer.objects.count() == rows

    def test_only_optional_questions_can_be_passed_over(self, cast, begun, now) -> None:
        services.skip(by=cast.actor("visitor"), screening=begun.screening, question="SCR-EXPECT", now=now)
        assert queries.said(begun.screening).skipped == {"SCR-EXPECT"}
        with pytest.raises(Invalid):
            services.skip(by=cast.actor("visitor"), screening=begun.screening, question="SCR-PREG", now=now)

    def test_nobody_else_answers_for_a_patient(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        with pytest.raises(NotFound):
            say(cast, row, "SCR-PREG", "yes", now=now, by="tam")
        with pytest.raises(NotFound):
            services.answer(by=staff_actor(cast.otto), screening=row, question="SCR-PREG", answer="yes", now=now)

    def test_the_database_changes_no_answer(self, cast, begun, now) -> None:
        say(cast, begun.screening, "SCR-PREG", "yes", now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            ScreeningAnswer.objects.filter(question="SCR-PREG").update(answer="no")


class TestWay:
    def test_leads_through_every_question_once_and_to_the_end(self, cast, begun, now) -> None:
        asked = []
        answers = healthy()
        while (
            question := queries.open_way(
                cast.actor("visitor"), begun.screening, queries.said(begun.screening), TODAY
            ).next
        ) is not None:
            asked.append(question)
            given = answers.given[question]
            say(cast, begun.screening, question, given.answer, now=now)
        assert asked == list(ASKED)


class TestComplete:
    def test_keeps_a_verdict_for_every_option_with_edition_and_version(self, cast, now) -> None:
        row = screened(cast, healthy(PREG="yes"), now=now)
        stored = {v.option: v for v in ScreeningVerdict.objects.filter(screening=row)}
        assert {option: v.verdict for option, v in stored.items()} == {
            NEEDLING: "unsuitable",
            "microneedling/radiofrequency": "unsuitable",
            PEEL: "review",
            DEEP_PEEL: "review",
        }
        assert stored[NEEDLING].protocol_version == "1.0.0"
        assert stored[NEEDLING].edition.treatment == "microneedling"
        assert stored[NEEDLING].on == TODAY
        assert stored[NEEDLING].reasons[0]["patient"] == "What you should know about pregnant."
        assert row.completed_at == now

    def test_counts_the_day_where_the_clinic_is(self, cast) -> None:
        late_evening = datetime(2026, 12, 2, 5, tzinfo=UTC)  # December 1, nine at night in Portland
        row = screened(cast, healthy(), now=late_evening)
        assert queries.stored_verdict(row, NEEDLING).on == TODAY

    def test_replays_to_the_same_verdict_even_under_newer_rules(self, cast, now) -> None:
        row = screened(cast, healthy(ISO=("yes", date(2026, 9, 15)), AUTO="unsure", PREG=None), now=now)
        approve_editions(cast, now, "2.0.0", microneedling=[rule("nothing", yes("SCR-SMOKE"), "note")])
        for stored in ScreeningVerdict.objects.filter(screening=row):
            assert services.replay(stored).is_same
        again = screened(cast, healthy(ISO=("yes", date(2026, 9, 15))), now=now)
        assert queries.stored_verdict(again, NEEDLING).verdict == "suitable"

    def test_notices_a_decision_that_does_not_replay(self, cast, now) -> None:
        stored = queries.stored_verdict(screened(cast, healthy(PREG="yes"), now=now), NEEDLING)
        stored.verdict = "suitable"
        assert services.replay(stored).differences == ("verdict",)

    def test_is_written_down_without_the_answers_themselves(self, cast, now) -> None:
        row = screened(cast, healthy(PREG="yes"), now=now, patient=cast.pia)
        entries = AuditEntry.objects.filter(object_type="candidacy.screening", object_id=row.pk)
        assert {"candidacy.started", "candidacy.completed"} <= {entry.code for entry in entries}
        assert all(entry.patient_id == cast.pia.pk for entry in entries)

    def test_wishes_are_kept_once_and_the_trail_says_which_were_stated(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        given = {"concerns": ["acne-scars"], "preferences": Preferences(budget=900, needles="no")}
        for _ in range(2):
            services.state_wishes(by=cast.actor("rosa"), screening=row, **given, now=now)
        row.refresh_from_db()
        assert queries.wishes_of(row).preferences == given["preferences"]
        entry = AuditEntry.objects.get(code="candidacy.preferences")
        assert (entry.patient_id, entry.detail) == (cast.pia.pk, {"stated": ["budget", "needles", "concerns"]})

    def test_wishes_change_no_verdict(self, cast, now) -> None:
        row = screened(cast, healthy(PREG="yes"), now=now)
        before = queries.stored_verdict(row, NEEDLING).verdict
        services.state_wishes(
            by=cast.actor("rosa"), screening=row, concerns=["acne-scars"], preferences=Preferences(1, 1, 1), now=now
        )
        assert queries.stored_verdict(row, NEEDLING).verdict == before == "unsuitable"

    def test_wishes_for_what_nobody_knows_or_on_answers_of_another_clinic_are_refused(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now)
        with pytest.raises(Invalid, match="concerns has moon"):
            services.state_wishes(
                by=cast.actor("rosa"), screening=row, concerns=["moon"], preferences=Preferences(), now=now
            )
        with pytest.raises(NotFound):
            services.state_wishes(
                by=staff_actor(cast.otto), screening=row, concerns=[], preferences=Preferences(), now=now
            )

    def test_all_at_once_or_nothing(self, cast, now) -> None:
        with pytest.raises(Invalid) as refused:
            screened(cast, healthy(ISO=("yes", date(2027, 1, 1)), PREG="perhaps"), now=now)
        assert set(refused.value.fields) == {"SCR-ISO", "SCR-PREG"}
        assert not ScreeningAnswer.objects.exists()

    def test_an_age_alone_is_not_kept(self, cast, now) -> None:
        with pytest.raises(Invalid, match="date_of_birth is needed"):
            screened(cast, Answers({}, None, 36), now=now)


class TestAttach:
    def test_matches_answers_with_a_person_and_asks_for_the_examination(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now)
        assert not Review.objects.exists()
        services.attach_patient(by=cast.actor("visitor"), screening=row, patient=cast.pia, now=now)
        services.attach_patient(by=cast.actor("visitor"), screening=row, patient=cast.pia, now=now)
        assert [(r.patient, r.option, r.verdict.verdict) for r in Review.objects.all()] == [
            (cast.pia, NEEDLING, "suitable")
        ]

    def test_refuses_somebody_born_on_another_day(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now)
        with pytest.raises(Invalid) as refused:
            services.attach_patient(by=cast.actor("visitor"), screening=row, patient=cast.tam, now=now)
        assert "date_of_birth" in refused.value.fields

    def test_refuses_a_second_person(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        twin = register_patient(
            by=cast.actor("rosa"),
            first_name="Ida",
            last_name="Sørensen",
            date_of_birth=PIA_BORN,
            email="ida@example.org",
            time_zone="America/Los_Angeles",
        )
        with pytest.raises(Conflict):
            services.attach_patient(by=cast.actor("visitor"), screening=row, patient=twin, now=now)

    def test_asks_for_nothing_where_the_answers_exclude_or_need_a_decision_first(self, cast, now) -> None:
        for changes in ({"PREG": "yes"}, {"AUTO": "yes"}, {"ISO": ("yes", TODAY)}):
            row = screened(cast, healthy(**changes), now=now)
            services.attach_patient(by=cast.actor("visitor"), screening=row, patient=cast.pia, now=now)
        assert not Review.objects.exists()


class TestChoose:
    def test_another_option_is_examined_for_as_well(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        services.choose(by=cast.actor("visitor"), screening=row, option=PEEL, now=now)
        assert row.chosen_option == PEEL
        assert {review.option for review in Review.objects.all()} == {NEEDLING, PEEL}

    def test_nobody_is_examined_twice_while_a_clearance_holds(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        cleared(cast, row, now=now)
        again = screened(cast, healthy(), now=now + timedelta(days=40), patient=cast.pia)
        assert list(Review.objects.filter(screening=again)) == []
        after_expiry = screened(cast, healthy(), now=now + timedelta(days=400), patient=cast.pia)
        assert Review.objects.filter(screening=after_expiry, option=NEEDLING).exists()


class TestExam:
    def test_is_asked_for_when_another_option_is_booked(self, cast, now) -> None:
        screened(cast, healthy(), now=now, patient=cast.pia)
        for _ in range(2):
            services.ensure_exam(by=cast.actor("visitor"), patient_id=cast.pia.pk, option=PEEL, now=now)
        assert Review.objects.filter(option=PEEL).count() == 1

    def test_is_not_asked_for_without_answers(self, cast, now) -> None:
        assert services.ensure_exam(by=cast.actor("rosa"), patient_id=cast.tam.pk, option=PEEL, now=now) is None


class TestReconfirm:
    def test_repeats_what_is_too_old_with_today_as_its_day(self, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        later = now + timedelta(days=20)
        again = services.reconfirm(by=cast.actor("rosa"), screening=row, now=later)
        assert set(again) == {"SCR-PREG", "SCR-INFECT", "SCR-RETINOID"}
        assert queries.said(row).days["SCR-INFECT"] == date(2026, 12, 21)
        assert queries.said(row).days["SCR-FITZ"] == TODAY
        assert services.reconfirm(by=cast.actor("rosa"), screening=row, now=later) == ()

    def test_keeps_follow_ups_with_their_parents(self, cast, now) -> None:
        answers = healthy(KELOID="yes", KELOID__STRONG="no")
        row = screened(cast, answers, now=now, patient=cast.pia)
        services.reconfirm(by=cast.actor("pia"), screening=row, now=now + timedelta(days=400))
        assert queries.said(row).answers == answers


class TestRemind:
    def verdict(self, cast, row, on=TODAY):
        found = queries.verdicts_on(cast.actor("visitor"), queries.said(row).answers, on)
        return next(verdict for offer, verdict in found if offer.option.id == NEEDLING)

    def test_writes_on_the_first_free_day_at_nine_with_a_private_link(self, cast, now) -> None:
        row = screened(cast, healthy(ISO=("yes", date(2026, 9, 15))), now=now)
        day = services.remind(
            by=cast.actor("visitor"),
            screening=row,
            verdict=self.verdict(cast, row),
            title="Microneedling",
            email="someone@example.org",
            now=now,
        )
        message = Message.objects.get(kind="candidacy-reminder")
        assert day == date(2027, 3, 14)
        assert message.due_at == datetime(2027, 3, 14, 16, tzinfo=UTC)  # nine in the morning, summer time
        assert message.recipient == "someone@example.org"
        assert "/candidacy/" in message.body
        assert "isotretinoin" not in message.body.lower()

    def test_writes_once(self, cast, now) -> None:
        row = screened(cast, healthy(ISO=("yes", date(2026, 9, 15))), now=now, patient=cast.pia)
        for _ in range(2):
            services.remind(
                by=cast.actor("pia"), screening=row, verdict=self.verdict(cast, row), title="Microneedling", now=now
            )
        assert Message.objects.filter(kind="candidacy-reminder", patient=cast.pia).count() == 1

    def test_refuses_without_a_day_or_an_address(self, cast, now) -> None:
        row = screened(cast, healthy(INFECT="yes"), now=now)
        with pytest.raises(Invalid, match="no known day"):
            services.remind(
                by=cast.actor("visitor"), screening=row, verdict=self.verdict(cast, row), title="x", now=now
            )
        waits = screened(cast, healthy(ISO=("yes", TODAY)), now=now)
        with pytest.raises(Invalid) as refused:
            services.remind(
                by=cast.actor("visitor"), screening=waits, verdict=self.verdict(cast, waits), title="x", now=now
            )
        assert "email" in refused.value.fields


class TestLinks:
    def test_the_token_resumes_and_a_patients_link_does_too(self, cast, begun, now) -> None:
        assert queries.screening_by_token(cast.actor("visitor"), begun.token, now=now) == begun.screening
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        address = services.link_to(by=cast.actor("rosa"), screening=row)
        token = address.rstrip("/").split("/")[-2]
        assert queries.screening_by_token(cast.actor("visitor"), token) == row

    def test_an_old_or_unknown_link_says_so_kindly(self, cast, begun, now) -> None:
        with pytest.raises(queries.ScreeningGone, match="half a year old"):
            queries.screening_by_token(cast.actor("visitor"), begun.token, now=now + timedelta(days=180))
        with pytest.raises(queries.ScreeningGone, match="does not exist"):
            queries.screening_by_token(cast.actor("visitor"), "nonsense", now=now)

    def test_of_another_clinic_or_person_opens_nothing(self, cast, now) -> None:
        token = services.start_screening(by=cast.actor("pia"), patient=cast.pia, now=now).token
        with pytest.raises(queries.ScreeningGone):
            queries.screening_by_token(staff_actor(cast.otto), token, now=now)
        with pytest.raises(queries.ScreeningGone):
            queries.screening_by_token(cast.actor("tam"), token, now=now)


class TestReviewRequests:
    def test_are_refused_for_what_nobody_can_clear(self, cast, now) -> None:
        row = screened(cast, healthy(PREG="yes"), now=now, patient=cast.pia)
        with pytest.raises(Blocked) as refused:
            services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)
        assert refused.value.reasons == ("What you should know about pregnant.",)
        asked = services.request_review(by=cast.actor("pia"), screening=row, option=PEEL, now=now)
        assert asked.verdict.verdict == "review"

    def test_need_a_name_and_finished_questions(self, cast, now) -> None:
        anonymous = screened(cast, healthy(AUTO="yes"), now=now)
        with pytest.raises(Conflict, match="who you are"):
            services.request_review(by=cast.actor("visitor"), screening=anonymous, option=NEEDLING, now=now)
        short = screened(cast, healthy(AUTO=None), now=now, patient=cast.pia)
        with pytest.raises(Conflict, match="still open"):
            services.request_review(by=cast.actor("pia"), screening=short, option=NEEDLING, now=now)

    def test_made_twice_are_one(self, cast, now) -> None:
        row = screened(cast, healthy(AUTO="yes"), now=now, patient=cast.pia)
        first = services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)
        later = now + timedelta(hours=3)
        assert services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=later) == first
        assert Review.objects.get().requested_at == now
