"""Who should not have a treatment, who has to wait, and whom a provider decides about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vesicle.core.spoken import alike, filled, put_together
from vesicle.protocols.bank import Bank
from vesicle.protocols.bank.questions import FollowUp, Question
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.rules import (
    AgeIs,
    AllOf,
    Answered,
    AnyOf,
    AreaIs,
    Condition,
    Effect,
    NotThis,
    WithinDays,
)
from vesicle.website import domain
from vesicle.website.presenters import words
from vesicle.website.presenters.notes import Notes, Said

Tone = Literal["stop", "wait", "review", "note"]

_GROUPS: tuple[tuple[Effect, Tone, Promise, str, Promise], ...] = (
    ("exclude", "stop", _("Not this treatment"), "x-circle", _("While one of these holds, we do not give it.")),
    (
        "defer",
        "wait",
        _("Not yet"),
        "clock",
        _("The skin, or a medicine, needs time first. Afterwards you are welcome."),
    ),
    (
        "review",
        "review",
        _("A provider decides first"),
        "alert-circle",
        _("Neither yes nor no: somebody licensed looks at your case and tells you."),
    ),
    ("note", "note", _("Good to know"), "info", _("No reason to wait, but we would like to know.")),
)


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, and the ways it holds for when not for all."""

    said: Said
    ways: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a few words to find it by, and what is said of it, for all ways alike or for each."""

    label: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """The reasons that hold for the same ways; no name where they hold for all. ``indexes`` are those of the ways."""

    ways: str
    indexes: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """All reasons with the same consequence, those for all ways first."""

    tone: Tone
    title: str
    icon: str
    lede: str
    parts: tuple[ReasonPart, ...]


def reason_groups(options: Sequence[Option], bank: Bank, notes: Notes) -> tuple[ReasonGroup, ...]:
    """Return the reasons against these options, grouped by consequence; groups without any are left out."""
    found = domain.barriers(options)
    groups = []
    for effect, tone, title, icon, lede in _GROUPS:
        together: dict[Condition, list[domain.Barrier]] = {}
        for one in found:
            if one.effect == effect:
                together.setdefault(one.when, []).append(one)
        if together:
            parts = _parts(list(together.values()), options, bank, notes)
            groups.append(ReasonGroup(tone, str(title), icon, str(lede), parts))
    return tuple(groups)


def _parts(
    found: Sequence[Sequence[domain.Barrier]], options: Sequence[Option], bank: Bank, notes: Notes
) -> tuple[ReasonPart, ...]:
    ids = [option.id for option in options]
    by_ways: dict[tuple[int, ...], list[Sequence[domain.Barrier]]] = {}
    for same in found:
        holds_for = {ids.index(option) + 1 for barrier in same for option in barrier.options}
        by_ways.setdefault(tuple(sorted(holds_for)), []).append(same)
    return tuple(
        ReasonPart(
            _ways([ids[index - 1] for index in indexes], options),
            " ".join(map(str, indexes)),
            tuple(_reason(same, options, bank, notes) for same in group),
        )
        for indexes, group in sorted(by_ways.items(), key=lambda item: (-len(item[0]), item[0]))
    )


def _reason(same: Sequence[domain.Barrier], options: Sequence[Option], bank: Bank, notes: Notes) -> Reason:
    sayings = tuple(Saying(notes.say(one.sentence, one.refs, one.basis), _ways(one.options, options)) for one in same)
    return Reason(words.capital(told(same[0].when, bank)), sayings)


def _ways(holds_for: Sequence[str], options: Sequence[Option]) -> str:
    """Name the ways, or nothing when it is all of them."""
    if len(set(holds_for)) == len(options):
        return ""
    return words.in_a_row([option.name for option in options if option.id in holds_for])


def told(when: Condition, bank: Bank) -> str:
    """Return a condition in a few words, from the labels of the question bank."""
    match when:
        case AllOf():
            return _all(when, bank)
        case AnyOf():
            return words.in_a_row(words.as_list([told(part, bank) for part in when.any]), "or")
        case NotThis():
            return filled(gettext("not: %(what)s"), {"what": told(when.not_, bank)})
        case AgeIs():
            return _age(when)
        case AreaIs():
            return words.in_a_row([words.small(bank.area(area).name) for area in when.area], "or")
        case WithinDays():
            asked = bank.asked[when.question]
            what = (asked.asks_date and asked.asks_date.of) or asked.label
            return filled(
                gettext("%(what)s, in the last %(count)s days"), {"what": what, "count": str(when.within_days)}
            )
        case Answered():
            return _answered(when, bank)


def _all(when: AllOf, bank: Bank) -> str:
    """Return what has to hold together; areas stand in brackets after it."""
    where = [told(part, bank) for part in when.all if isinstance(part, AreaIs)]
    what = [told(part, bank) for part in when.all if not isinstance(part, AreaIs)]
    pieces = [words.in_a_row(words.as_list(what)), *(piece for area in where for piece in (" (", area, ")"))]
    return put_together(pieces if what else pieces[1:])


def _age(when: AgeIs) -> str:
    if when.age.from_ is None:
        return gettext("under %(age)s") % {"age": when.age.below}
    if when.age.below is None:
        return gettext("%(age)s or older") % {"age": when.age.from_}
    return gettext("aged %(first)s to %(last)s") % {"first": when.age.from_, "last": when.age.below - 1}


def _answered(when: Answered, bank: Bank) -> str:
    asked = bank.asked[when.question]
    label = bank.asked[when.question].label
    if when.is_ == ("yes",):
        return label
    chosen = words.in_a_row([_choice(asked, value) for value in when.is_], "or")
    return put_together([alike(label, label.partition(",")[0]) if asked.choices else label, ": ", chosen])


def _choice(asked: Question | FollowUp, value: str) -> str:
    named = {choice.value: choice.label for choice in asked.choices}
    return words.small(named.get(value, value))
