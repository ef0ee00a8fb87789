"""The benchmarks run, come to the same verdicts by every way, and refuse what makes no sense."""

from datetime import date

import pytest

from vesicle.candidacy.benchmarks import questionnaire, screen
from vesicle.candidacy.benchmarks.general_engine import compiled
from vesicle.candidacy.domain import evaluate_all, standard_catalogue
from vesicle.candidacy.domain.sheets import standard_layout
from vesicle.candidacy.models import Screening
from vesicle.candidacy.simulation import awkward, simulate
from vesicle.core.errors import Invalid
from vesicle.protocols.library_files import load_library

ON = date(2026, 12, 1)


def test_a_general_engine_comes_to_the_same_verdicts() -> None:
    options, catalogue = load_library().options(), standard_catalogue()
    decide = compiled(options, catalogue)
    for person in [*simulate(60, seed=3, on=ON), *awkward(120, seed=4, on=ON)]:
        ours = [verdict.verdict for verdict in evaluate_all(options, person.answers, ON, catalogue=catalogue)]
        assert decide(person.answers, ON) == ours, person.answers


@pytest.mark.django_db
def test_a_population_is_read_back_as_it_was_stored(cast) -> None:
    screen._store(cast.clinic.pk, 40, ON, lambda words: None)
    layout = standard_layout()
    written = [layout.write(person.answers) for person in simulate(40, seed=7, on=ON)]
    assert list(screen._stored(cast.clinic.pk)) == written
    assert Screening.objects.count() == 40


def test_planes_and_engine_are_compared_person_by_person() -> None:
    assert screen._differences(load_library().options(), 60, ON, lambda words: None) == 0


def test_the_report_on_the_questionnaire_counts_and_finds_no_other_verdicts() -> None:
    found = questionnaire.run({"people": 40}, lambda words: None)
    for part in ("own_options", "all_options"):
        assert found[part]["other_verdicts"] == 0
        assert found[part]["short"]["median"] < found[part]["everything"]["median"]
    assert "40 simulated people" in questionnaire.in_words(found)


@pytest.mark.parametrize(
    ("run", "options"), [(questionnaire.run, {"people": 0}), (screen.run, {"people": 0, "alone": 1, "check": 0})]
)
def test_nobody_is_not_measured(run, options) -> None:
    with pytest.raises(Invalid, match="at least one person"):
        run(options, lambda words: None)
