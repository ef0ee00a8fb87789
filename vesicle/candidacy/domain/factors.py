"""What each factor of a ranking is worth for one option: what its protocol states, against the wish, in points.

Every line carries the sentence of the protocol, how far it can be trusted, and its references. A fact that is not
stated earns nothing, and a wish that was not stated gives nothing to earn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from vesicle.candidacy.domain.fit_line import Course, Line, Span, Weights, match_of
from vesicle.candidacy.domain.unwanted import needles_line, source_line
from vesicle.candidacy.domain.verdict import in_words
from vesicle.candidacy.domain.wishes import Wishes
from vesicle.core.spoken import lowered
from vesicle.core.words import Said, joined, said
from vesicle.protocols.bank import Bank
from vesicle.protocols.bank.fitting import Factor, Match
from vesicle.protocols.schema.common import Range
from vesicle.protocols.schema.treatment import Option

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_DIRECTIONS = {
    "helps": "",
    "as-addition": said("Shown only together with something else."),
    "mixed": said("What was found is mixed, or does not quite fit."),
    "no-difference": said("it was looked at, and no difference was found."),
    "not-for-this": said("the protocol advises against choosing it for this."),
}


def lines_of(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> tuple[Line, ...]:
    """Return the reasons for where ``option`` stands, in the order they are told; concerns in the bank's order."""
    return (
        *_effects(option, wishes, weights, bank),
        _area(option, wishes, weights, bank),
        _downtime(option, wishes, weights, bank),
        _visits(option, wishes, weights, bank),
        _cost(option, wishes, weights, bank),
        _result(option, bank),
        needles_line(option, wishes.preferences),
        source_line(option, wishes.preferences, bank),
    )


def course_of(option: Option, areas: Sequence[str] = ()) -> Course:
    """Return the course in numbers: visits as stated, times the price of a visit in ``areas``, plus nothing else."""
    sections = option.sections
    visits, price = _span(sections.sessions.sessions), session_price(option, areas)
    cost = (visits[0] * price[0], None if visits[1] is None or price[1] is None else visits[1] * price[1])
    return Course(visits, cost, sections.price.currency, _span(sections.downtime.days))


def session_price(option: Option, areas: Sequence[str] = ()) -> Span:
    """Return what one visit costs in ``areas``: a price of its own for an area goes before that of the option.

    The upper end holds for the option's own price and one area alone; otherwise it is open, because nobody stated it.
    """
    stated = option.sections.price.per_session
    own = [area.price_from for area in option.sections.areas if area.area in areas and area.price_from is not None]
    low = float(max(own)) if own else stated.min
    return low, stated.max if low == stated.min and len(set(areas)) <= 1 else None


def _span(stated: Range) -> Span:
    return stated.min, stated.max


# --- what it does --------------------------------------------------------------------------------------


def _effects(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> Iterator[Line]:
    wanted = [concern for concern in bank.concerns.values() if concern.id in wishes.concerns]
    addressed = {entry.concern: entry for entry in option.sections.concerns}
    for concern in wanted:
        most = Fraction(weights.points["effect"], len(wanted))
        entry = addressed.get(concern.id)
        if entry is None:
            words = said("The protocol states nothing about {concern}.", concern=lowered(concern.name))
            yield Line("effect", concern.name, words, match="unknown", of=most)
            continue
        certainty, share = weights.grades[entry.grade], weights.directions[entry.direction]
        grade = bank.evidence_grades[entry.grade]
        says = _DIRECTIONS[entry.direction] or grade.meaning
        if entry.grade == "none":
            says = said("No acceptable evidence for {concern}.", concern=lowered(concern.name))
        elif entry.direction in ("no-difference", "not-for-this"):
            says = said("{concern}: {says}", concern=concern.name, says=says)
        helps = bool(certainty and share)
        yield Line(
            "effect",
            concern.name,
            entry.effect,
            says,
            "misses" if not helps else "fully" if entry.direction == "helps" else "partly",
            earned=most * certainty * share,
            of=most,
            grade=entry.grade,
            direction=entry.direction,
            basis=entry.basis,
            refs=entry.refs,
            helps=helps,
        )


def _area(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> Line:
    offered = [bank.areas[area.area] for area in option.sections.areas if area.area in bank.areas]
    given = joined((lowered(area.name) for area in offered), "; ")
    states = said("Given on: {areas}.", areas=given) if offered else said("No area is stated.")
    wanted = [area for area in bank.areas.values() if area.id in wishes.areas]
    sites = {site for area in offered for site in area.sites}
    if not wanted:
        return Line("area", bank.fit_weights["area"].name, states)
    missed = [lowered(area.name) for area in wanted if not sites & set(area.sites)]
    whole = all(set(area.sites) <= sites for area in wanted)
    match: Match = "fully" if whole else "misses" if len(missed) == len(wanted) else "partly"
    words = {
        "fully": said("Everywhere you want it."),
        "partly": said("Not on: {areas}.", areas=in_words(missed))
        if missed
        else said("Only on a part of where you want it."),
        "misses": said("Not given where you want it: {areas}.", areas=in_words(missed or [said("nowhere")])),
    }[match]
    earned, most = weights.earned("area", match)
    return Line("area", bank.fit_weights["area"].name, states, words, match, earned, most, sets_apart=match == "misses")


# --- what it takes -------------------------------------------------------------------------------------


def _downtime(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> Line:
    stated = option.sections.downtime
    line = Line("downtime", bank.fit_weights["downtime"].name, stated.text, basis=stated.basis, refs=stated.refs)
    most = wishes.preferences.downtime_days
    return _within(line, _span(stated.days), most, "downtime", _at_most(_counted(most, "day")), weights)


def _visits(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> Line:
    stated = option.sections.sessions
    line = Line("visits", bank.fit_weights["visits"].name, stated.text, basis=stated.basis, refs=stated.refs)
    most = wishes.preferences.visits
    return _within(line, _span(stated.sessions), most, "visits", _at_most(_counted(most, "visit")), weights)


def _cost(option: Option, wishes: Wishes, weights: Weights, bank: Bank) -> Line:
    course, stated = course_of(option, wishes.areas), option.sections.price
    low, high = session_price(option, wishes.areas)
    states = said(
        "{visits} at {price} a visit: {cost} for the course.",
        visits=span_words(course.visits, "visit"),
        price=_up_to(low, high, stated.currency),
        cost=cost_words(course),
    )
    # An edition's own price has an open end; it rests on the clinic, not on what the protocol says of its price.
    is_own = stated.per_session.max is None
    line = Line("cost", bank.fit_weights["cost"].name, states, basis="" if is_own else stated.basis, refs=stated.refs)
    most = wishes.preferences.budget
    words = _at_most(money(most or 0, stated.currency))
    return _within(line, course.cost, most, "cost", words, weights)


def _result(option: Option, bank: Bank) -> Line:
    stated = option.sections.results
    return Line(
        "result", bank.fit_weights["result"].name, stated.text, grade=stated.grade, basis=stated.basis, refs=stated.refs
    )


def _within(line: Line, span: Span, most: int | None, factor: Factor, wish: str, weights: Weights) -> Line:
    """Return ``line`` with the wish for at most ``most`` against it; as it is where nothing was wished for."""
    if most is None:
        return line
    match = match_of(span, most)
    told = {
        "fully": said("You want {wish}: it stays within that.", wish=wish),
        "partly": said("You want {wish}: it may stay within that, and may not.", wish=wish),
        "misses": said("You want {wish}: it takes more.", wish=wish),
    }[match]
    earned, of = weights.earned(factor, match)
    return Line(line.factor, line.subject, line.states, told, match, earned, of, basis=line.basis, refs=line.refs)


# --- numbers in words ----------------------------------------------------------------------------------


def money(amount: float, currency: str) -> str:
    """Return an amount in whole units, as "$1,200"."""
    return f"{_SYMBOLS.get(currency, f'{currency} ')}{amount:,.0f}"


def cost_words(course: Course) -> str:
    """Return the cost of a course, as "$600 to $2,100" or "from $600"."""
    low, high = course.cost
    if high is None:
        return said("from {amount}", amount=money(low, course.currency))
    return money(low, course.currency) if low == high else _up_to(low, high, course.currency)


def span_words(span: Span, unit: str) -> str:
    """Return a span with its unit, as "3 to 6 visits" or "at least 3 visits"."""
    low, high = span
    if high is None:
        return said("at least {amount}", amount=_counted(low, unit))
    return _counted(low, unit) if low == high else said("{low} to {high}", low=f"{low:g}", high=_counted(high, unit))


def _at_most(amount: str) -> Said:
    return said("{amount} at most", amount=amount)


def _up_to(low: float, high: float | None, currency: str) -> Said:
    if high is None:
        return said("{low} or more", low=money(low, currency))
    return said("{low} to {high}", low=money(low, currency), high=money(high, currency))


_UNITS: Mapping[str, tuple[str, str]] = {
    "day": (said("{number} day"), said("{number} days")),
    "visit": (said("{number} visit"), said("{number} visits")),
}


def _counted(number: float | None, unit: str) -> Said:
    one, several = _UNITS[unit]
    return said(one if number == 1 else several, number=f"{number or 0:g}")
