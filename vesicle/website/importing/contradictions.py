"""Where a page and the protocol of its treatment say different things: figures and concerns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema import Option
from vesicle.website.importing.imported import ImportedPage

NAMES = {
    "duration_minutes": ("Appointment", "minutes"),
    "sessions": ("Sessions", ""),
    "interval_weeks": ("Between sessions", "weeks"),
    "onset_weeks": ("First results", "weeks"),
    "lasts_months": ("Results last", "months"),
    "downtime_days": ("Downtime", "days"),
}
"""How the figures of a page are called, and their unit."""
Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What a page says of one thing, what the protocol says, and by which words."""

    field: str
    page: str
    protocol: str
    words: str = ""
    option: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return {
            "field": self.field,
            "page": self.page,
            "protocol": self.protocol,
            "words": self.words,
            "option": self.option,
        }


def library_options(treatment: str) -> tuple[Option, ...]:
    """Return the options of the newest release of a treatment. Raises `KeyError` for one the library does not have."""
    library = load_library()
    return library.options_by_version[treatment, library.latest(treatment).version]


def minutes_of(option: Option, area_minutes: int) -> int:
    """Return how long an appointment of an option is from arrival to leaving, for one area's hands-on minutes."""
    return area_minutes + sum(phase.minutes or 0 for phase in option.sections.timing.phases)


def protocol_figures(option: Option) -> dict[str, Range | None]:
    """Return what a protocol says of each figure a page may have; None where it says nothing."""
    sections = option.sections
    whole = [minutes_of(option, area.minutes) for area in sections.areas]
    spacing, lasts = sections.sessions.spacing_weeks, sections.results.lasts_months

    def ends(value: object) -> Range | None:
        if value is None:
            return None
        low, high = getattr(value, "min", None), getattr(value, "max", None)
        return (None if low is None else round(low), None if high is None else round(high))

    return {
        "duration_minutes": (min(whole), max(whole)),
        "sessions": ends(sections.sessions.sessions),
        "interval_weeks": ends(spacing),
        "onset_weeks": ends(sections.results.onset_weeks),
        "lasts_months": ends(lasts),
        "downtime_days": ends(sections.downtime.days),
    }


def figure_words(value: Range | None, unit: str = "") -> str:
    """Return a range in words: 2–3 weeks, up to 6 months, 12 months or more."""
    if value is None:
        return "not said"
    low, high = value
    if low is None:
        text = f"up to {high}"
    elif high is None:
        text = f"{low} or more"
    else:
        text = str(low) if low == high else f"{low}–{high}"
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}".strip()


def contradictions(page: ImportedPage, options: tuple[Option, ...] | None = None) -> tuple[Contradiction, ...]:
    """Return where a page contradicts its protocol, of the modalities it is about; all of them where it names none."""
    if page.treatment is None:
        return ()
    every = options if options is not None else library_options(page.treatment)
    chosen = [option for option in every if not page.modalities or option.modality in page.modalities] or list(every)
    return tuple(_of_figures(page, chosen)) + tuple(_of_results(page, chosen)) + tuple(_of_words(page, chosen))


def differs(page: ImportedPage, role: str, option: Option) -> bool:
    """Return whether a figure of the page reaches beyond what the protocol of an option says."""
    value, known = page.figures.get(role), protocol_figures(option)[role]
    return value is not None and (known is None or not _within(value, known))


def _within(value: Range, known: Range) -> bool:
    low, high = value
    known_low, known_high = known
    if low is not None and known_low is not None and low < known_low:
        return False
    if high is None:
        return known_high is None
    return known_high is None or (high <= known_high and (known_low is None or high >= known_low))


def _of_figures(page: ImportedPage, options: list[Option]) -> Iterator[Contradiction]:
    for role, (_, unit) in NAMES.items():
        value = page.figures.get(role)
        # One option that agrees is enough: the page may mean it.
        if value is None or not all(differs(page, role, option) for option in options):
            continue
        said = dict.fromkeys(_protocol_words(role, option, unit) for option in options)
        source = page.read_from.get(role)
        yield Contradiction(
            role,
            figure_words(value, unit),
            "; ".join(said),
            source.words if source else "",
            options[0].id if len(options) == 1 else "",
        )


def _protocol_words(role: str, option: Option, unit: str) -> str:
    known = protocol_figures(option)[role]
    if role == "lasts_months" and known is None:
        return "how long a result lasts is not known"
    return figure_words(known, unit)


def _of_results(page: ImportedPage, options: list[Option]) -> Iterator[Contradiction]:
    """Yield an onset earlier than anybody looked, in the protocol's words."""
    onset = page.figures.get("onset_weeks")
    peaks = [option.sections.results.peak_weeks for option in options]
    first = onset[0] if onset and onset[0] is not None else onset[1] if onset else None
    if onset is None or first is None or any(peak is None for peak in peaks):
        return
    earliest = min(peak.min for peak in peaks if peak is not None and peak.min is not None)
    if first < earliest and all(differs(page, "onset_weeks", option) for option in options):
        yield Contradiction(
            "assessed",
            figure_words(onset, "weeks"),
            f"judged at {earliest:g} weeks",
            page.read_from["onset_weeks"].words,
        )


def _of_words(page: ImportedPage, options: list[Option]) -> Iterator[Contradiction]:
    known = {one.concern: one for option in options for one in option.sections.concerns}
    for concern in page.concerns:
        source = page.read_from.get(f"concerns.{concern}")
        words = source.words if source else ""
        if concern not in known:
            yield Contradiction(f"concerns.{concern}", "named as something it helps with", "says nothing of it", words)
        elif known[concern].direction in ("not-for-this", "no-difference"):
            yield Contradiction(f"concerns.{concern}", "named as something it helps with", known[concern].effect, words)
