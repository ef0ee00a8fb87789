"""Drawings of what a protocol says, in the form for a phone and for a desk. Remembered: they depend on data and
the language alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext

from vesicle.core import drawing
from vesicle.core.drawing import NARROW, WIDE, Bar, Kind, Stretch, Svg, Window
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.common import Range
from vesicle.protocols.schema.sections import CoursePoint, Reach, Results, SessionPlan
from vesicle.website.domain import ends_at


@dataclass(frozen=True, slots=True)
class Pair:
    """One drawing in both forms; the style sheet shows the one that fits."""

    narrow: Svg
    wide: Svg


def _spoken() -> str:
    """Return the language in force: a drawing is remembered for the one it was made in."""
    return get_language() or ""


# --- what reaches which layer -----------------------------------------------------------------


def skin(options: Sequence[Option]) -> Pair:
    """Draw what reaches which layer of the skin, one column for every reach of every option, each said once."""
    reaches = dict.fromkeys(_reach(reach, option) for option in options for reach in option.sections.reaches)
    return _skin(tuple(reaches), _spoken())


@lru_cache(maxsize=64)
def _skin(reaches: tuple[drawing.Reach, ...], language: str) -> Pair:
    return Pair(drawing.skin_layers(reaches, width=NARROW), drawing.skin_layers(reaches, width=WIDE))


def depths(rows: Sequence[tuple[str, Sequence[Option]]]) -> Pair | None:
    """Draw one column for each named group of options: how deep it goes, from its gentlest way to its deepest."""
    reaches = []
    for name, options in rows:
        found = [(reach, option) for option in options for reach in option.sections.reaches]
        opens = [each for each in found if each[0].kind not in ("product", "heat")] or found
        deepest, option = max(opens, key=lambda each: ends_at(each[0]))
        reaches.append(
            drawing.Reach(
                name,
                _kind(deepest, option),
                ends_at(deepest),
                shallowest_mm=None if _below(deepest) else min(ends_at(reach) for reach, _ in found),
                starts_mm=_below(deepest),
            )
        )
    return _skin(tuple(reaches), _spoken()) if reaches else None


def _below(reach: Reach) -> float:
    """Return where the effect begins: light and heat can leave the surface whole."""
    return min(reach.from_mm, reach.to_mm) if reach.kind in ("light", "heat") else 0.0


def _reach(reach: Reach, option: Option) -> drawing.Reach:
    kind = _kind(reach, option)
    return drawing.Reach(
        reach.label,
        kind,
        0.0 if kind == "film" else ends_at(reach),
        starts_mm=_below(reach),
        carries=reach.kind == "product" and kind == "needles",
    )


def _kind(reach: Reach, option: Option) -> Kind:
    """Return how the drawing shows a reach.

    Light that begins below the surface leaves the surface whole, and so does heat, unless needles bring it. A product
    follows whatever opened the skin for it; one that ends within the outermost layer lies on top as a film.
    """
    opened_by = {other.kind for other in option.sections.reaches}
    match reach.kind:
        case "needle":
            return "needles"
        case "injection":
            return "injection"
        case "acid":
            return "peel"
        case "light":
            return "non-ablative" if _below(reach) else "ablative"
        case "heat":
            return "heated-needles" if "needle" in opened_by else "non-ablative"
        case "product":
            if ends_at(reach) <= drawing.FACE[0].to_mm:
                return "film"
            return "injection" if "injection" in opened_by else "needles"


# --- recovery ---------------------------------------------------------------------------------


def recovery(course: Sequence[CoursePoint], way: str) -> Pair:
    """Draw the expected course by day."""
    return _recovery(
        tuple((point.from_day, point.to_day, point.label, point.intensity) for point in course), way, _spoken()
    )


@lru_cache(maxsize=64)
def _recovery(course: tuple[tuple[int, int, str, int], ...], way: str, language: str) -> Pair:
    days = [Stretch(first, last, _beside(first, label), intensity) for first, last, label, intensity in course]
    title = gettext("Recovery by day: %(way)s") % {"way": way}
    return Pair(
        drawing.recovery_timeline(days, width=NARROW, title=title),
        drawing.recovery_timeline(days, width=WIDE, title=title),
    )


def _beside(first_day: int, label: str) -> str:
    """Return the label where it says more than the days, which the drawing prints itself: parts of the first day."""
    return label if first_day == 0 else ""


# --- results ----------------------------------------------------------------------------------


def results(found: Results, plan: SessionPlan, way: str) -> Pair:
    """Draw when a result may show and how long it may hold.

    Where the protocol gives no duration nobody has measured one: the curve is known up to the last week it speaks of.
    """
    onset = (found.onset_weeks.min, _end(found.onset_weeks))
    peak = None if found.peak_weeks is None else (found.peak_weeks.min + _end(found.peak_weeks)) / 2
    lasts = None if found.lasts_months is None else (found.lasts_months.min, _end(found.lasts_months))
    known = None if lasts else max(onset[1], _end(found.peak_weeks) if found.peak_weeks else 0.0)
    return _results(Window(onset, peak, lasts, known, _session_weeks(plan)), way, _spoken())


@lru_cache(maxsize=64)
def _results(window: Window, way: str, language: str) -> Pair:
    title = gettext("When a result may show: %(way)s") % {"way": way}
    return Pair(
        drawing.result_window(window, width=NARROW, title=title),
        drawing.result_window(window, width=WIDE, title=title),
    )


def _session_weeks(plan: SessionPlan) -> tuple[float, ...]:
    """Return the weeks of the sessions, counted from the first, at the middle of the range."""
    count = round((plan.sessions.min + _end(plan.sessions)) / 2)
    apart = 0.0 if plan.spacing_weeks is None else (plan.spacing_weeks.min + _end(plan.spacing_weeks)) / 2
    return tuple(index * apart for index in range(max(1, count))) if apart else (0.0,)


def _end(found: Range) -> float:
    return found.min if found.max is None else found.max


# --- comparison -------------------------------------------------------------------------------


def bars(rows: Sequence[tuple[str, Range | None]], unit: str, title: str, *, one: str = "") -> Pair:
    """Draw ranges of several options below each other; a missing range says that it is not known.

    ``one`` is what the unit is called after the number one.
    """
    return _bars(tuple((label, *_low_high(found)) for label, found in rows), unit, title, one, _spoken())


def _low_high(found: Range | None) -> tuple[float | None, float | None, bool]:
    if found is None:
        return None, None, False
    return found.min, _end(found), found.max is None


@lru_cache(maxsize=256)
def _bars(
    rows: tuple[tuple[str, float | None, float | None, bool], ...], unit: str, title: str, one: str, language: str
) -> Pair:
    bars_ = [
        Bar(label, low, high, gettext("not known") if low is None else gettext("or more") if is_open else "", one=one)
        for label, low, high, is_open in rows
    ]
    return Pair(
        drawing.comparison_bars(bars_, unit=unit, title=title, width=NARROW),
        drawing.comparison_bars(bars_, unit=unit, title=title, width=WIDE),
    )


def hero(treatment: str) -> Svg:
    """Return the picture at the head of a treatment's page."""
    return drawing.hero_art(drawing.MOTIFS.get(treatment, "layers"), seed=1)
