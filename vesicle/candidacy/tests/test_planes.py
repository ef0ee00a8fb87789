"""Whole populations at once: the planes give exactly the verdicts of the engine."""

from datetime import date

import pytest

from vesicle.candidacy.domain import evaluate_all, standard_catalogue
from vesicle.candidacy.domain.planes import Population
from vesicle.candidacy.domain.sheets import Layout
from vesicle.candidacy.simulation import awkward, simulate
from vesicle.protocols.library_files import load_library

ON = date(2026, 12, 1)
CATALOGUE = standard_catalogue()
LAYOUT = Layout.of(CATALOGUE)


def population(people, catalogue=CATALOGUE, layout=LAYOUT):
    return Population(layout.read(b"".join(layout.write(answers) for answers in people)), layout, catalogue)


def by_planes(people, options, on=ON):
    found = population(people).at(on).verdicts(options)
    return list(zip(*(each.names() for each in found), strict=True))


def by_engine(people, options, on=ON):
    return [tuple(v.verdict for v in evaluate_all(options, answers, on, catalogue=CATALOGUE)) for answers in people]


@pytest.mark.parametrize(("make", "seed"), [(simulate, 1), (awkward, 2), (awkward, 3)])
def test_the_planes_give_the_verdicts_of_the_engine(make, seed) -> None:
    options = load_library().options()
    people = [person.answers for person in make(1500, seed=seed, on=ON)]
    planes, engine = by_planes(people, options), by_engine(people, options)
    wrong = [(number, a, b) for number, (a, b) in enumerate(zip(planes, engine, strict=True)) if a != b]
    assert wrong[:3] == []
