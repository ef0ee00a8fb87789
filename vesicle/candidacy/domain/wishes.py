"""What somebody wishes for: what to change, where, and what matters to them. Read strictly, like their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from vesicle.candidacy.domain.answers import DEFAULT_AREAS
from vesicle.core.errors import Invalid
from vesicle.core.words import said

Acceptable = Literal["yes", "no", "no-matter"]
"""Whether something may be; ``no-matter`` is what counts until somebody says otherwise."""

SOURCES: Mapping[str, str] = {
    "human-donor": said("donated human cells or blood"),
    "animal": said("animals"),
    "plant": said("plants"),
    "bacterial": said("bacteria"),
}
"""Sources of products that somebody may decline, by the ``origin`` of a product category."""

LIMITS: Mapping[str, tuple[int, int, str]] = {
    "downtime_days": (0, 365, "days"),
    "visits": (1, 100, "visits"),
    "budget": (0, 1_000_000, "whole units of the currency"),
}
"""Least, most and unit of each number that may be given."""

FIELDS = (*LIMITS, "needles", "donor_derived")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What matters to somebody about the way to a result.

    ``downtime_days`` and ``visits`` are the most they want; ``budget`` is the most they want to pay for the whole
    course, in the currency of the option's price. ``None`` is: not said. ``declined`` are sources of products they do
    not want, from ``SOURCES``.
    """

    downtime_days: int | None = None
    visits: int | None = None
    budget: int | None = None
    needles: Acceptable = "no-matter"
    declined: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said that could change a ranking."""
        return self.needles != "no" and not self.declined and {self.downtime_days, self.visits, self.budget} == {None}

    def as_json(self) -> dict[str, Any]:
        """Return the form that ``read_preferences`` reads back exactly; what was not said is left out."""
        said: dict[str, Any] = {
            name: getattr(self, name) for name in (*LIMITS, "needles") if getattr(self, name) not in (None, "no-matter")
        }
        if self.declined:
            said["donor_derived"] = {source: "no" for source in SOURCES if source in self.declined}
        return said


NOTHING_SAID = Preferences()


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything a ranking looks at beside the verdicts. Order never matters.

    ``concerns`` are ids of the concern catalogue, ``areas`` of the area catalogue; without areas, nothing is asked of
    where an option is given.
    """

    concerns: tuple[str, ...] = ()
    areas: tuple[str, ...] = DEFAULT_AREAS
    preferences: Preferences = NOTHING_SAID


def read_preferences(data: object) -> tuple[Preferences, tuple[str, ...]]:
    """Return the preferences in ``data`` (parsed JSON, ``None`` for none), and the names of fields it does not know.

    ``donor_derived`` is ``yes``, ``no`` (no product of any source in ``SOURCES``), ``no-matter``, or says it source by
    source, as in ``{"human-donor": "no", "plant": "yes"}``.

    Raises:
        Invalid: with one sentence that names the field, as ``preferences.visits``.
    """
    if data is None:
        return Preferences(), ()
    if not isinstance(data, Mapping):
        raise _refusal("", 'is not an object. Give {"downtime_days": 3, "needles": "no"}, or leave it out.')
    preferences = Preferences(
        downtime_days=_number("downtime_days", data.get("downtime_days")),
        visits=_number("visits", data.get("visits")),
        budget=_number("budget", data.get("budget")),
        needles=_acceptable("needles", data.get("needles")),
        declined=_declined(data.get("donor_derived")),
    )
    return preferences, tuple(sorted(set(map(str, data)) - set(FIELDS)))


def _number(name: str, value: object) -> int | None:
    if value is None:
        return None
    least, most, unit = LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _refusal(name, f"is {_shown(value)}. Give {unit} as a whole number from {least} to {most:,}.")
    return value


def _acceptable(name: str, value: object) -> Acceptable:
    for known in get_args(Acceptable):
        if value == known:
            return known  # type: ignore[no-any-return]  # get_args forgets what the alias says
    if value is None:
        return "no-matter"
    raise _refusal(name, f"is {_shown(value)}. Possible: {', '.join(get_args(Acceptable))}.")


def _declined(value: object) -> frozenset[str]:
    if not isinstance(value, Mapping):
        return frozenset(SOURCES) if _acceptable("donor_derived", value) == "no" else frozenset()
    for source in value:
        if source not in SOURCES:
            raise _refusal("donor_derived", f"has {_shown(source)}. Possible sources: {', '.join(SOURCES)}.")
    said = {source: _acceptable(f"donor_derived.{source}", value[source]) for source in value}
    return frozenset(source for source, acceptable in said.items() if acceptable == "no")


def _shown(value: object) -> str:
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:60]}…"


def _refusal(name: str, message: str) -> Invalid:
    where = f"preferences.{name}" if name else "preferences"
    return Invalid(f"{where} {message}", fields={where: message})
