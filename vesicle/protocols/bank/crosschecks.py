"""What no bank file can check alone: that ids are unique, and that everything named exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from vesicle.protocols.bank.clinical import Area, Concern
from vesicle.protocols.bank.entry import Listed, SourcedEntry
from vesicle.protocols.bank.fitting import Factor, Match
from vesicle.protocols.bank.law import Jurisdiction, ProductCategory
from vesicle.protocols.bank.medicines import LookAlikes, Medicine, MedicineClass, plain_name
from vesicle.protocols.bank.questions import Question
from vesicle.protocols.bank.sources import EvidenceGrade, Reference
from vesicle.protocols.problems import Problem, problem_at
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import Direction
from vesicle.protocols.yaml_source import Path, Source

Entries = Mapping[str, tuple[Listed, ...]]
Sources = Mapping[str, Source]

ALLERGY_SOURCES = "SCR-ALL-PROD.SOURCES"
MARKS_BEHIND = {"verified": {"V"}, "secondary": {"V", "S"}}
"""Marks of which a statement needs at least one, by its basis; other bases claim no source."""


def problems_between(entries: Entries, sources: Sources) -> Iterator[Problem]:
    """Yield every problem between entries and between files.

    `entries` holds the validated entries by section (`questions`, `sites`, …), `sources` the files they came from.
    """
    home = {section: source for source in sources.values() for section in source.data}
    checks = (_repeated, _unsourced, _questions, _allergens, _concerns, _areas, _rules, _grades, _medicines, _fit)
    for check in checks:
        for section, path, found, allowed, message in check(entries):
            yield problem_at(home[section], (section, *path), message, found=found, allowed=allowed)


Fault = tuple[str, Path, str, str, str]
"""Section, path inside it, found, allowed, sentence."""


def _repeated(entries: Entries) -> Iterator[Fault]:
    for section, listed in entries.items():
        first: dict[str, int] = {}
        for index, entry in enumerate(listed):
            names = [entry.id]
            if isinstance(entry, Question):
                names += [follow_up.id for follow_up in entry.follow_ups]
            if isinstance(entry, Area):
                names += entry.aliases
            if isinstance(entry, Jurisdiction):
                names += entry.codes
            if isinstance(entry, Reference):
                names.append(f"number {entry.number}")
            for name in names:
                if name in first:
                    message = f"'{name}' is given twice; entry {first[name] + 1} of the list has it already."
                    yield section, (index, "key" if section == "references" else "id"), name, "each once", message
                first[name] = index


def _unsourced(entries: Entries) -> Iterator[Fault]:
    references = {entry.key: entry for entry in entries["references"] if isinstance(entry, Reference)}
    for section, listed in entries.items():
        for index, entry in enumerate(listed):
            parts: list[tuple[Path, object]] = [((index,), entry)]
            if isinstance(entry, Jurisdiction):
                parts += [((index, "rules", place), rule) for place, rule in enumerate(entry.rules)]
                parts += [((index, "advertising", place), rule) for place, rule in enumerate(entry.advertising)]
            for path, part in parts:
                for fault in _unsourced_part(part, path, references):
                    yield section, *fault


def _unsourced_part(
    part: object, path: Path, references: Mapping[str, Reference]
) -> Iterator[tuple[Path, str, str, str]]:
    refs: tuple[str, ...] = getattr(part, "refs", ())
    for place, key in enumerate(refs):
        if key not in references:
            message = f"'{key}' is not in the reference list."
            yield (*path, "refs", place), f"'{key}'", "a key of references.yaml", message
    marks = MARKS_BEHIND.get(part.basis) if isinstance(part, SourcedEntry) else None
    if marks is not None and isinstance(part, SourcedEntry):
        behind = {references[key].mark for key in refs if key in references}
        if not marks & behind:
            allowed = f"a reference marked {' or '.join(sorted(marks))}"
            message = f"the basis '{part.basis}' needs {allowed} in 'refs'."
            yield (*path, "basis"), f"'{part.basis}'", allowed, message


def _questions(entries: Entries) -> Iterator[Fault]:
    places: dict[tuple[str, int], str] = {}
    for index, entry in enumerate(entries["questions"]):
        if isinstance(entry, Question):
            place = (entry.group, entry.sort)
            if place in places:
                message = f"{places[place]} has place {entry.sort} in the group {entry.group} already."
                yield "questions", (index, "sort"), str(entry.sort), "a place of its own", message
            places[place] = entry.id


def _allergens(entries: Entries) -> Iterator[Fault]:
    sources = {
        choice.value
        for entry in entries["questions"]
        if isinstance(entry, Question)
        for follow_up in entry.follow_ups
        if follow_up.id == ALLERGY_SOURCES
        for choice in follow_up.choices
    }
    for index, entry in enumerate(entries["product_categories"]):
        if isinstance(entry, ProductCategory):
            for place, allergen in enumerate(entry.allergens):
                if allergen not in sources:
                    allowed = ", ".join(sorted(sources))
                    message = f"'{allergen}' is not a choice of {ALLERGY_SOURCES}; allowed: {allowed}."
                    yield "product_categories", (index, "allergens", place), f"'{allergen}'", allowed, message


def _concerns(entries: Entries) -> Iterator[Fault]:
    known = _ids(entries, "measures")
    for index, entry in enumerate(entries["concerns"]):
        if isinstance(entry, Concern):
            for place, measure in enumerate(entry.measures):
                if measure not in known:
                    yield _unknown("concerns", (index, "measures", place), measure, known)


def _areas(entries: Entries) -> Iterator[Fault]:
    known = _ids(entries, "sites")
    covered = set()
    for index, entry in enumerate(entries["areas"]):
        if isinstance(entry, Area):
            covered |= set(entry.sites)
            for place, site in enumerate(entry.sites):
                if site not in known:
                    yield _unknown("areas", (index, "sites", place), site, known)
    for index, site in enumerate(known):
        if site not in covered:
            message = f"no area covers the site '{site}'; nobody could book it."
            yield "sites", (index,), f"'{site}'", "sites that an area covers", message


def _rules(entries: Entries) -> Iterator[Fault]:
    categories = [entry for entry in entries["product_categories"] if isinstance(entry, ProductCategory)]
    known = [category.id for category in categories]
    locked = {category.id for category in categories if category.locked}
    for index, entry in enumerate(entries["jurisdictions"]):
        if not isinstance(entry, Jurisdiction):
            continue
        ruled: list[str] = []
        for place, rule in enumerate(entry.rules):
            for position, category in enumerate(rule.categories):
                path = (index, "rules", place, "categories", position)
                if category not in known:
                    yield _unknown("jurisdictions", path, category, known)
                elif category in ruled:
                    message = f"'{category}' has a rule in {entry.id} already."
                    yield "jurisdictions", path, f"'{category}'", "one rule for each category", message
                ruled.append(category)
        if silent := sorted(locked - set(ruled)):
            names = ", ".join(silent)
            message = f"{entry.id} has no rule for {names}; say 'unclear' where nothing was found."
            yield "jurisdictions", (index, "rules"), "nothing", names, message


def _grades(entries: Entries) -> Iterator[Fault]:
    given = {entry.id for entry in entries["evidence_grades"] if isinstance(entry, EvidenceGrade)}
    if missing := [grade for grade in get_args(Grade) if grade not in given]:
        names = ", ".join(missing)
        yield "evidence_grades", (), "nothing", names, f"the grades {names} are not explained."


def _medicines(entries: Entries) -> Iterator[Fault]:
    asked = {
        part.id: part.answers
        for entry in entries["questions"]
        if isinstance(entry, Question)
        for part in (entry, *entry.follow_ups)
    }
    for index, text in enumerate(entries["medicine_texts"]):
        if text.id not in asked:
            yield _unknown("medicine_texts", (index, "id"), text.id, list(asked))
    for index, entry in enumerate(entries["medicine_classes"]):
        if isinstance(entry, MedicineClass):
            for place, bearing in enumerate(entry.bears_on):
                path: Path = (index, "bears_on", place)
                if bearing.question not in asked:
                    yield _unknown("medicine_classes", (*path, "question"), bearing.question, list(asked))
                elif bearing.answer not in asked[bearing.question]:
                    yield _unknown("medicine_classes", (*path, "answer"), bearing.answer, [*asked[bearing.question]])
    classes = _ids(entries, "medicine_classes")
    for index, entry in enumerate(entries["medicines"]):
        if isinstance(entry, Medicine):
            for place, name in enumerate(entry.classes):
                if name not in classes:
                    yield _unknown("medicines", (index, "classes", place), name, classes)
    yield from _names_of_medicines(entries)


def _names_of_medicines(entries: Entries) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for index, entry in enumerate(entries["medicines"]):
        if not isinstance(entry, Medicine):
            continue
        for field, names in (("name", (entry.name,)), ("also", entry.also), ("brands", entry.brands)):
            for place, name in enumerate(names):
                plain = plain_name(name)
                if plain in taken:
                    path: Path = (index, field) if field == "name" else (index, field, place)
                    message = f"the name '{name}' belongs to {taken[plain]} already; a name means one medicine."
                    yield "medicines", path, f"'{name}'", "a name of its own", message
                taken[plain] = entry.id
    for index, entry in enumerate(entries["look_alikes"]):
        if isinstance(entry, LookAlikes):
            for place, name in enumerate(entry.names):
                if plain_name(name) not in taken:
                    message = f"'{name}' is no name of a medicine in this list."
                    yield "look_alikes", (index, "names", place), f"'{name}'", "a name of a medicine", message


def _fit(entries: Entries) -> Iterator[Fault]:
    for section, names in (
        ("fit_weights", get_args(Factor)),
        ("fit_directions", get_args(Direction)),
        ("fit_matches", get_args(Match)),
    ):
        given = _ids(entries, section)
        if missing := [name for name in names if name not in given]:
            words = ", ".join(missing)
            yield (
                section,
                (),
                "nothing",
                words,
                f"{words} would count for nothing, without a word why.",
            )


def _ids(entries: Entries, section: str) -> list[str]:
    return [entry.id for entry in entries[section]]


def _unknown(section: str, path: Path, name: str, known: list[str]) -> Fault:
    allowed = ", ".join(known)
    return section, path, f"'{name}'", allowed, f"'{name}' is not known; allowed: {allowed}."
