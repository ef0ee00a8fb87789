"""Who needs a visit first, and that the days between our own treatments are those the engine would have them wait."""

from datetime import timedelta

import pytest

from vesicle.candidacy import queries
from vesicle.candidacy.domain import Answer, evaluate, read_request, standard_catalogue
from vesicle.candidacy.tests.clinic import healthy, screened
from vesicle.candidacy.tests.rule_table import HEALTHY, ON
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.spacing import gaps

LASER, MEDIUM = "laser-resurfacing/non-ablative-fractional", "chemical-peel/medium"
HEALTHY_PERSON = read_request(
    {"areas": HEALTHY["areas"], "date_of_birth": HEALTHY["date_of_birth"], "answers": HEALTHY["base"]},
    standard_catalogue(),
    ON,
).answers


def needed(clinic_id, patient, on, name=LASER):
    """Return the visits that have to come first for a patient, as booking asks for them."""
    visits = load_library().option(name).sections.prerequisites
    return [one.id for one in visits if one.when is None or queries.may_hold(clinic_id, patient.pk, one.when, on=on)]


@pytest.mark.django_db
@pytest.mark.usefixtures("editions")
class TestVisitsFirst:
    @pytest.mark.parametrize(("skin", "spot"), [("III", False), ("IV", True), ("VI", True), ("unsure", True)])
    def test_a_spot_is_for_skin_that_darkens_easily_and_for_whoever_does_not_know(self, cast, now, skin, spot):
        screened(cast, healthy(FITZ=skin), now=now, patient=cast.pia)
        assert needed(cast.clinic.pk, cast.pia, now.date()) == (["dark-skin-spot"] if spot else [])

    def test_a_first_strong_peel_needs_one_whatever_the_skin(self, cast, now):
        screened(cast, healthy(FITZ="II"), now=now, patient=cast.pia)
        assert needed(cast.clinic.pk, cast.pia, now.date(), MEDIUM) == ["first-strong-peel"]

    def test_the_newest_answers_count(self, cast, now):
        screened(cast, healthy(FITZ="V"), now=now - timedelta(days=1), patient=cast.pia)
        screened(cast, healthy(FITZ="II"), now=now, patient=cast.pia)
        assert needed(cast.clinic.pk, cast.pia, now.date()) == []

    def test_answers_too_old_to_rely_on_and_none_at_all_are_not_known(self, cast, now):
        assert needed(cast.clinic.pk, cast.pia, now.date()) == ["dark-skin-spot"]
        screened(cast, healthy(FITZ="II"), now=now, patient=cast.pia)
        valid = load_bank().questions["SCR-FITZ"].valid_days
        assert needed(cast.clinic.pk, cast.pia, now.date() + timedelta(days=valid)) == []
        assert needed(cast.clinic.pk, cast.pia, now.date() + timedelta(days=valid + 2)) == ["dark-skin-spot"]


class TestGaps:
    def test_are_the_waits_the_engine_gives_somebody_who_tells_of_that_visit(self):
        compared = 0
        for one in load_library().options():
            for gap in gaps(one):
                for earlier in gap.after if gap.rule else ():
                    days = (0, gap.days - 1, gap.days, gap.days + 1)
                    acts = [gap.rule in told(one, earlier, day) for day in days]
                    assert acts == [True, True, False, False], (one.id, earlier, gap)
                    compared += 1
        assert compared > 60


def told(one, earlier, day):
    """Return the rules that act ``day`` days after somebody had ``earlier``, when they tell of it in the screening."""
    person = HEALTHY_PERSON
    for question in load_bank().questions.values():
        for name, value in question.as_if(earlier).items():
            person = person.with_answer(name, Answer(value, ON if name == question.id else None))
    verdict = evaluate(one, person, ON + timedelta(days=day))
    return {name for reason in (*verdict.reasons, *verdict.other, *verdict.notes) for name in reason.rules}
