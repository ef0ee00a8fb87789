"""Whether a protocol agrees with itself: ids used once, days without holes, products that the visit records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from vesicle.protocols.findings import Finding
from vesicle.protocols.needs import device_kinds, parse_need
from vesicle.protocols.schema import Option, Protocol, Rule, questions_of
from vesicle.protocols.schema.sections import CoursePoint
from vesicle.protocols.yaml_source import Path

Place = Callable[[str], Path]
"""Where the file gives a section for one option: in the modality, or for the whole treatment."""


def faults_of(protocol: Protocol, options: Sequence[Option], data: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield every contradiction of a protocol that has passed the schema.

    ``options`` are those it gives; ``data`` is the file as written, and says which section stands where.
    """
    yield from _repeated((), "modalities", [modality.id for modality in protocol.modalities])
    yield from _rules(("rules",), protocol.rules)
    for index, modality in enumerate(protocol.modalities):
        yield from _rules(("modalities", index, "rules"), modality.rules)
    rules = {rule.rule.id for option in options for rule in option.rules}
    for index, option in enumerate(options):
        place = _places(index, data)
        yield from _ids(option, place)
        yield from _exam(option, place, rules)
        yield from _needs(option, place)
        yield from _phases(option, place)
        yield from _before(option, place)
        yield from _involved(option, place)
        yield from _days(option, place)
        yield from _agreement(option, place, protocol.released)


def _places(index: int, data: Mapping[str, Any]) -> Place:
    own = data["modalities"][index]

    def place(section: str) -> Path:
        return ("modalities", index, section) if own.get(section) is not None else (section,)

    return place


def _rules(path: Path, rules: Sequence[Rule]) -> Iterator[Finding]:
    yield from _repeated(path, "", [rule.id for rule in rules])
    for index, rule in enumerate(rules):
        if rule.cleared_by and rule.effect != "review":
            words = f"'cleared_by' goes with the effect review; this rule's effect is {rule.effect}."
            yield Finding((*path, index, "cleared_by"), words, rule.effect, "review")


def _repeated(path: Path, section: str, names: Iterable[object]) -> Iterator[Finding]:
    """Yield every name that a list gives again, at its second place."""
    seen: set[object] = set()
    for index, name in enumerate(names):
        if name in seen:
            place = (*path, section, index) if section else (*path, index)
            yield Finding(place, f"'{name}' is listed more than once; list it once.", f"'{name}' twice", "each once")
        seen.add(name)


def _ids(option: Option, place: Place) -> Iterator[Finding]:
    one = option.sections
    lists: Mapping[str, Iterable[object]] = {
        "benefits": [part.id for part in one.benefits],
        "concerns": [part.concern for part in one.concerns],
        "claims": [part.id for part in one.claims],
        "products": [part.id for part in one.products],
        "equipment": [part.kind for part in one.equipment],
        "involves": [part.kind for part in one.involves],
        "areas": [part.area for part in one.areas],
        "steps": [part.id for part in one.steps],
        "exam": [part.id for part in one.exam],
        "prerequisites": [part.id for part in one.prerequisites],
        "check_ins": [part.day for part in one.check_ins],
        "follow_ups": [part.week for part in one.follow_ups],
        "alternatives": [part.option for part in one.alternatives],
        "questions": [part.question for part in one.questions],
        "regulation": [part.jurisdiction for part in one.regulation],
    }
    for section, names in lists.items():
        yield from _repeated(place(section), "", names)
    yield from _repeated(place("timing"), "phases", [phase.id for phase in one.timing.phases])
    yield from _repeated(place("consent"), "risks", [risk.risk for risk in one.consent.risks])
    yield from _repeated(place("consent"), "acknowledgements", [part.id for part in one.consent.acknowledgements])
    for index, step in enumerate(one.steps):
        yield from _repeated((*place("steps"), index), "records", [record.id for record in step.records])
    for item in one.exam:
        yield from _repeated((*place("exam"), item.id), "findings", [finding.id for finding in item.findings])


def _exam(option: Option, place: Place, known: Collection[str]) -> Iterator[Finding]:
    for item in option.sections.exam:
        for name in item.decides.rules:
            if name not in known:
                words = f"exam item '{item.id}' helps to decide rule '{name}', which {option.treatment} does not have."
                yield Finding(place("exam"), words, f"'{name}'", "a rule of this treatment")


def _needs(option: Option, place: Place) -> Iterator[Finding]:
    one = option.sections
    needs = {need.id for need in one.products}
    for index, step in enumerate(one.steps):
        for number, record in enumerate(step.records):
            if record.need is not None and record.need not in needs:
                words = f"step '{step.id}' uses product '{record.need}', which 'products' of {option.id} does not list."
                path = (*place("steps"), index, "records", number, "need")
                yield Finding(path, words, f"'{record.need}'", ", ".join(sorted(needs)))
    recorded = {record.need for step in one.steps for record in step.records}
    for index, need in enumerate(one.products):
        if need.required and need.id not in recorded:
            words = f"the visit needs product '{need.id}', but no step of {option.id} records which lot was used."
            yield Finding((*place("products"), index), words, "no record", f"a record with need: {need.id}")


def _phases(option: Option, place: Place) -> Iterator[Finding]:
    """What phases need and what the equipment lists are the same kinds of device."""
    one = option.sections
    listed = [need.kind for need in one.equipment]
    allowed = ", ".join(["device", *(f"device:{kind}" for kind in listed)])
    booked: set[str] = set()
    for index, phase in enumerate(one.timing.phases):
        for number, need in enumerate(phase.needs):
            path = (*place("timing"), "phases", index, "needs", number)
            yield from _need(path, need)
            for kind in device_kinds(need):
                booked |= {kind} if kind else set(listed)
                if not listed:
                    words = f"phase '{phase.id}' needs a device, but 'equipment' of {option.id} lists none."
                    yield Finding(path, words, f"'{need}'", "the kind of device in 'equipment'")
                elif kind and kind not in listed:
                    words = f"'{kind}' is no kind of device that 'equipment' of {option.id} lists; allowed: {allowed}."
                    yield Finding(path, words, f"'{need}'", allowed)
    for index, kind in enumerate(listed):
        if kind not in booked:
            words = f"'equipment' of {option.id} lists '{kind}', but no phase needs one, so none would be booked."
            yield Finding((*place("equipment"), index), words, "no such phase", f"a phase that needs device:{kind}")


def _need(path: Path, need: str) -> Iterator[Finding]:
    """Alternatives are of one kind and all named or none; providers are told apart by their licenses elsewhere."""
    alternatives = parse_need(need)
    kinds = {kind for kind, _ in alternatives}
    if len(kinds) > 1:
        words = f"'{need}' leaves the choice between different kinds; give each a line of its own, or one kind here."
        yield Finding(path, words, f"'{need}'", "alternatives of one kind")
    if "provider" in kinds and need != "provider":
        words = f"'{need}' asks for a kind of provider; write provider, and say in 'qualifications' who may perform it."
        yield Finding(path, words, f"'{need}'", "provider")
    if len(alternatives) > 1 and ("device", None) in alternatives:
        words = f"'{need}' names device among alternatives, and device alone means every kind; name the kinds that do."
        yield Finding(path, words, f"'{need}'", "alternatives with a kind each")


def _before(option: Option, place: Place) -> Iterator[Finding]:
    """Who needs a visit first is asked for by a rule as well, or nobody would be asked."""
    asked = {question for settled in option.rules for question in questions_of(settled.rule.when)}
    for index, visit in enumerate(option.sections.prerequisites):
        for question in sorted(questions_of(visit.when) - asked) if visit.when is not None else ():
            words = f"'{visit.id}' depends on {question}, which no rule of {option.id} asks; add one, or a note."
            yield Finding((*place("prerequisites"), index, "when"), words, question, "a question that a rule looks at")


_SHOWN_BY = {"needle": "needles", "injection": "injection", "light": "light", "heat": "heat", "acid": "acid"}
"""What the drawing of depths shows, and the kind under which `involves` has to say it."""


def _involved(option: Option, place: Place) -> Iterator[Finding]:
    one = option.sections
    said = {part.kind for part in one.involves}
    shown = {_SHOWN_BY[part.kind] for part in one.reaches if part.kind in _SHOWN_BY}
    for kind in sorted(shown - said) if said else ():
        words = f"'reaches' of {option.id} shows {kind}, but 'involves' does not say so; add it there."
        yield Finding(place("involves"), words, ", ".join(sorted(said)), kind)


def _days(option: Option, place: Place) -> Iterator[Finding]:
    one, after, hour = option.sections, -1, 24
    for index, point in enumerate(one.course):
        path = (*place("course"), index)
        yield from _stretch(path, point.from_day, point.to_day)
        expected = after if point.from_hour is not None and hour < 24 else after + 1
        if point.from_day != expected:
            words = f"the course goes on with day {point.from_day} after day {after}; go on with day {expected}."
            if after < 0:
                words = f"the course begins with day {point.from_day}; begin with day 0, the day of treatment."
            yield Finding((*path, "from_day"), words, str(point.from_day), str(expected))
        yield from _hours(path, point, 0 if hour == 24 else hour)
        after, hour = max(after, point.to_day), 24 if point.to_hour is None else point.to_hour
    for index, check_in in enumerate(one.check_ins):
        if check_in.day > after:
            words = f"a check-in on day {check_in.day} lies beyond the course, which ends on day {after}."
            yield Finding((*place("check_ins"), index, "day"), words, str(check_in.day), f"{after} or less")
    after = -1
    for index, aftercare in enumerate(one.aftercare):
        path = (*place("aftercare"), index)
        yield from _stretch(path, aftercare.from_day, aftercare.to_day)
        if aftercare.from_day != after + 1:
            words = f"the aftercare goes on with day {aftercare.from_day}; go on with day {after + 1}."
            yield Finding((*path, "from_day"), words, str(aftercare.from_day), str(after + 1))
        after = max(after, aftercare.to_day)


def _stretch(path: Path, first: int, last: int) -> Iterator[Finding]:
    if last < first:
        yield Finding((*path, "to_day"), f"ends on day {last}, before it begins.", str(last), f"{first} or more")


def _hours(path: Path, point: CoursePoint, expected: int) -> Iterator[Finding]:
    """Hours divide one day; each stretch goes on where the one before it ended."""
    if point.from_hour is None and point.to_hour is None:
        if expected:
            words = f"the stretch before ends at hour {expected}; say what is normal for the rest of that day."
            yield Finding((*path, "from_day"), words, "no hours", f"from_hour: {expected}")
        return
    if point.from_hour is None or point.to_hour is None or point.from_day != point.to_day:
        words = "hours divide one day; give 'from_hour' and 'to_hour', with the same day twice."
        yield Finding(path, words, "part of it", "from_hour, to_hour, and one day")
    elif point.from_hour != expected or point.to_hour <= point.from_hour:
        words = f"found hours {point.from_hour} to {point.to_hour}; go on from hour {expected}."
        yield Finding((*path, "from_hour"), words, str(point.from_hour), str(expected))


def _agreement(option: Option, place: Place, released: date) -> Iterator[Finding]:
    one = option.sections
    asked = ", ".join(one.red_flags.ask)
    for index, flag in enumerate(one.red_flags.stress):
        if flag not in one.red_flags.ask:
            words = f"'{flag}' is stressed but never asked about; add it to 'ask'."
            yield Finding((*place("red_flags"), "stress", index), words, f"'{flag}'", asked)
    for index, point in enumerate(one.course):
        for number, flag in enumerate(point.watch_for):
            if flag not in one.red_flags.ask:
                words = f"'{flag}' is to be watched for but never asked about; add it to 'red_flags: ask'."
                yield Finding((*place("course"), index, "watch_for", number), words, f"'{flag}'", asked)
    for index, other in enumerate(one.alternatives):
        if other.option == option.id:
            words = f"{option.id} is named as an alternative to itself; give it a list without itself."
            yield Finding((*place("alternatives"), index, "option"), words, option.id, "another option")
    for index, claim in enumerate(one.claims):
        if claim.review_by <= released:
            words = f"found {claim.review_by}; a claim is reviewed again after the release ({released})."
            yield Finding(
                (*place("claims"), index, "review_by"), words, str(claim.review_by), f"a date after {released}"
            )
    addressed = {concern.concern for concern in one.concerns}
    for index, benefit in enumerate(one.benefits):
        if benefit.concern not in addressed:
            words = f"'{benefit.concern}' is no concern that {option.id} addresses; add it to 'concerns'."
            allowed = ", ".join(sorted(addressed))
            yield Finding((*place("benefits"), index, "concern"), words, f"'{benefit.concern}'", allowed)
