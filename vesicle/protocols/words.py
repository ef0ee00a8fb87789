"""Readable names for the ids of options, areas, measures and red flags, for pages and letters."""

from collections.abc import Iterable

from vesicle.core.spoken import InEnglish, put_together, small
from vesicle.protocols import translating
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library


def option_words(option_id: str) -> str:
    """Return an option's id in words, where its edition is not at hand: ``Chemical peel, medium``."""
    treatment, _, modality = option_id.partition("/")
    words = treatment.replace("-", " ")
    title = words.upper() if len(words) <= 3 else words.capitalize()
    return f"{title}, {modality.replace('-', ' ')}" if modality else title


def option_named(option_id: str, language: str = translating.ENGLISH) -> str:
    """Return treatment and way as the newest release names them, in a language; the id in words where there is none."""
    try:
        found = load_library().option(option_id)
    except KeyError:
        return option_words(option_id)
    title, name = found.title, small(found.name)
    if language != translating.ENGLISH:
        words = translating.catalog(language, found.treatment)
        title = translating.translation(words, "title", title) or InEnglish(title)
        said = translating.translation(words, "name", found.name)
        name = small(said) if said else InEnglish(name)
    return put_together([title, ", ", name])


def area_words(areas: Iterable[str]) -> str:
    """Return areas by their names, joined by commas."""
    known = load_bank().areas
    return ", ".join(known[area].name if area in known else area for area in areas)


def code_words(code: str) -> str:
    """Return the name of a measure, a part of one, or a red flag; an unknown code stays as it is."""
    bank = load_bank()
    if code in bank.red_flags:
        return bank.red_flags[code].name
    measure_id, _, part_id = code.partition(".")
    measure = bank.measures.get(measure_id)
    if measure is None:
        return code
    part = next((part.label for part in measure.parts if part.id == part_id), "")
    return f"{measure.name}, {part.lower()}" if part else measure.name
