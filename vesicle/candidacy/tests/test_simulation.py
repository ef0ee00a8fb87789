"""Simulated people: the same for the same seed, answering what applies, as often as the table of figures says."""

import json
from collections import Counter
from datetime import date
from io import StringIO
from math import sqrt
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from vesicle.candidacy.domain import faults_in, read_request, standard_catalogue
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.simulation import awkward, load_prevalences, page_text, read_prevalences, simulate
from vesicle.candidacy.simulation.awkward import BORDERS
from vesicle.candidacy.simulation.loader import FILE
from vesicle.candidacy.simulation.people import birthday
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.problems import FileRefused

ON = date(2026, 12, 1)
OPTIONS = [option.id for option in load_library().options()]


@pytest.fixture(scope="module")
def catalogue():
    return standard_catalogue()


@pytest.fixture(scope="module")
def people():
    return list(simulate(5000, seed=11, on=ON))


@pytest.fixture(scope="module")
def odd_people():
    return list(awkward(2000, seed=11, on=ON))


def test_every_question_concern_and_option_has_its_figures() -> None:
    table = load_prevalences()
    assert {row.id for row in table.answers} == set(load_bank().asked)
    assert {wish.id for wish in table.concerns} == set(load_bank().concerns)
    assert {wish.id for wish in table.options} == set(OPTIONS)


@pytest.mark.parametrize("make", [simulate, awkward])
def test_the_same_seed_gives_the_same_people(make) -> None:
    assert list(make(60, seed=4, on=ON)) == list(make(60, seed=4, on=ON))
    assert list(make(20, seed=4, on=ON)) == list(make(60, seed=4, on=ON))[:20]
    assert list(make(20, seed=5, on=ON)) != list(make(20, seed=4, on=ON))


@pytest.mark.parametrize("make", [simulate, awkward])
@pytest.mark.parametrize("on", [ON, date(2028, 2, 29), date(2027, 3, 1)])
def test_nobody_says_what_cannot_be_right(make, on, catalogue) -> None:
    assert [faults for p in make(500, seed=7, on=on) if (faults := faults_in(p.answers, on, catalogue))] == []


def test_likely_people_answer_every_question_that_applies_and_no_other(people, catalogue) -> None:
    for person in people[:500]:
        given = person.answers.given
        for entry in catalogue.asked.values():
            parent = given.get(entry.parent)
            applies = entry.kind != "birth-date" and (
                not entry.parent or (parent is not None and leads_to(parent.answer, entry.when))
            )
            if entry.required or not applies:
                assert (entry.id in given) == applies, entry.id


def test_likely_people_give_dates_with_a_yes_only_and_not_always(people, catalogue) -> None:
    said = [(catalogue.asked[name], answer) for person in people for name, answer in person.answers.given.items()]
    assert all(answer.answer == "yes" and entry.dated for entry, answer in said if answer.date)
    assert all((answer.date > ON) == entry.future for entry, answer in said if answer.date and answer.date != ON)
    dated = [answer.date is not None for entry, answer in said if entry.dated and answer.answer == "yes"]
    assert 0.7 < sum(dated) / len(dated) < 0.95


def test_what_still_goes_on_is_dated_today_by_most(people) -> None:
    given = [person.answers.given for person in people]
    still = [
        said["SCR-FEVER"].date for said in given if "SCR-FEVER.NOW" in said and said["SCR-FEVER.NOW"].answer == "yes"
    ]
    assert sum(day == ON for day in still) > len(still) / 2


def near(count: int, share: float, people: int) -> bool:
    """Return whether ``count`` lies within three standard errors of ``share`` of ``people``."""
    return abs(count - people * share) <= 3 * sqrt(people * share * (1 - share))


@pytest.mark.parametrize(
    "question", ["SCR-FITZ", "SCR-PLT", "SCR-ALL-PROD", "SCR-BIOLOGIC-OK", "SCR-EXPECT", "SCR-EVENT"]
)
def test_answers_are_as_frequent_as_the_table_says(question, people) -> None:
    row = next(row for row in load_prevalences().answers if row.id == question)
    said = Counter(given.answer if (given := person.answers.given.get(question)) else "left-out" for person in people)
    assert set(said) <= set(row.chances)
    assert [answer for answer, share in row.chances.items() if not near(said[answer], share, len(people))] == []


def test_conditions_of_sex_age_and_earlier_answers_hold(people) -> None:
    ages = [person.answers.age_on(ON) for person in people]
    assert min(ages) >= 18
    assert max(ages) <= 80
    iso = [person.answers.given["SCR-ISO"].answer for person, age in zip(people, ages, strict=True) if age < 25]
    assert near(iso.count("yes"), 0.02, len(iso))
    light = [p.answers.given for p in people if p.answers.given["SCR-FITZ"].answer in ("I", "II")]
    assert near(sum(given["SCR-PIH"].answer == "yes" for given in light), 0.1, len(light))
    scalp = [person for person in people if person.answers.areas == ("scalp",)]
    assert near(sum("hair-thinning" in person.concerns for person in scalp), 0.98, len(scalp))


def test_everybody_wants_something(people, odd_people) -> None:
    concerns = set(load_bank().concerns)
    for person in (*people, *odd_people):
        assert person.interested_in
        assert person.concerns
        assert set(person.interested_in) <= set(OPTIONS)
        assert set(person.concerns) <= concerns


def test_awkward_people_reach_every_answer_area_age_and_border(odd_people, catalogue) -> None:
    said = {(name, value) for p in odd_people for name, given in p.answers.given.items() for value in given.values}
    assert {(e.id, value) for e in catalogue.asked.values() for value in e.values} <= said
    assert {area for person in odd_people for area in person.answers.areas} == set(catalogue.areas)
    assert {person.answers.age_on(ON) for person in odd_people} == {None, *range(13, 91)}
    days = {(ON - given.date).days for person in odd_people for given in person.answers.given.values() if given.date}
    assert {border + step for border in BORDERS for step in (-1, 0, 1)} <= days
    assert min(days) == -366


def test_awkward_people_answer_follow_ups_that_nothing_leads_to(odd_people, catalogue) -> None:
    ways = Counter()
    for person in odd_people:
        for name in person.answers.given:
            entry = catalogue.asked[name]
            if entry.parent:
                parent = person.answers.given.get(entry.parent)
                ways["missing" if parent is None else parent.answer] += 1
    assert min(ways["missing"], ways["no"], ways["unsure"], ways["yes"]) > 100


def test_a_birthday_is_the_day_on_which_somebody_turns_that_age() -> None:
    assert birthday(date(2026, 12, 1), 40) == date(1986, 12, 1)
    assert birthday(date(2028, 2, 29), 28) == date(2000, 2, 29)
    assert birthday(date(2028, 2, 29), 27) == date(2001, 2, 28)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("id: SCR-PLT,", "id: SCR-PLATELETS,"), "'SCR-PLATELETS' is not known"),
        (("id: SCR-PLT,", "id: SCR-PLATELETS,"), "no row for SCR-PLT"),
        (('{"no": 0.978, "yes": 0.012', '{"no": 0.9, "yes": 0.012'), "add up to 0.922"),
        (("{other: 0.886, blood-bone", "{elsewhere: 0.886, blood-bone"), "cannot be answered 'elsewhere'"),
        (("{areas: [neck], share", "{areas: [nape], share"), "'nape' is not an area"),
        (("question: SCR-PREG,", "question: SCR-SMOKE,"), "whose row comes later"),
        (("sources: [willebrand2024]", "sources: [willebrand1926]"), "'willebrand1926' is not among the sources"),
        (("basis: adapted", "basis: hearsay"), "hearsay"),
        (("id: prp/injection,", "id: prp/infusion,"), "'prp/infusion' is not known"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(change, told, tmp_path) -> None:
    text = FILE.read_text("utf-8")
    assert change[0] in text
    (tmp_path / FILE.name).write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(FileRefused) as refused:
        read_prevalences(tmp_path / FILE.name, load_bank(), OPTIONS)
    assert told in str(refused.value)
    assert "prevalences.yaml, line " in str(refused.value)


def test_the_reference_page_is_up_to_date_and_names_every_question() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "reference" / "prevalences.md").read_text("utf-8")
    assert page == page_text(), "run `vesicle simulate --page`"
    assert [name for name in load_bank().asked if f"`{name}`" not in page] == []


@pytest.mark.parametrize("more", [[], ["--awkward"]])
def test_the_command_writes_people_that_the_screening_reads(more, catalogue) -> None:
    out = StringIO()
    call_command("simulate", "--count", "5", "--seed", "3", "--on", ON.isoformat(), *more, stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    make = awkward if more else simulate
    for line, person in zip(lines, make(5, seed=3, on=ON), strict=True):
        request = read_request(line, catalogue, date(2000, 1, 1))
        assert request.on == ON
        assert request.answers == person.answers
        assert request.ignored == ("interested_in",)
