"""From a protocol to its options: inheritance, overriding and combination in one place."""

from collections.abc import Callable

from vesicle.protocols.schema.sections import ExamItem
from vesicle.protocols.schema.treatment import SECTION_NAMES, Combines, Option, OptionRule, Protocol, Sections

FindProtocol = Callable[[str, str], Protocol]
"""Given treatment id and version, return the protocol or raise ``KeyError``."""


class IncompleteOption(ValueError):
    """A modality lacks sections that neither it nor the treatment gives, or names something unknown.

    ``faults`` lists ``(path, message)`` pairs; paths lead into the protocol file.
    """

    def __init__(self, faults: list[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__("; ".join(message for _, message in faults))
        self.faults = faults


def options_of(protocol: Protocol, find: FindProtocol) -> tuple[Option, ...]:
    """Return every option of ``protocol`` with all sections and rules settled.

    ``find`` looks up other protocols for ``combines``. Raises ``IncompleteOption`` with all faults at once.
    """
    faults: list[tuple[tuple[str | int, ...], str]] = []
    options = []
    for index, modality in enumerate(protocol.modalities):
        path: tuple[str | int, ...] = ("modalities", index)
        settled = {}
        for name in SECTION_NAMES:
            own = getattr(modality, name)
            value = own if own is not None else getattr(protocol, name)
            if value is not None:
                settled[name] = value
            elif Sections.model_fields[name].is_required():
                faults.append((path, f"modality '{modality.id}' has no '{name}', and the treatment gives none"))
        rules = _rules_of(protocol, index, find, faults)
        settled["exam"] = _exam_for(protocol, index, faults)
        if not faults:
            options.append(
                Option(
                    id=f"{protocol.id}/{modality.id}",
                    treatment=protocol.id,
                    modality=modality.id,
                    title=protocol.title,
                    name=modality.name,
                    version=protocol.version,
                    sections=Sections.model_construct(**{**_defaults(), **settled}),
                    rules=rules,
                )
            )
    if faults:
        raise IncompleteOption(faults)
    return tuple(options)


def _exam_for(protocol: Protocol, index: int, faults: list[tuple[tuple[str | int, ...], str]]) -> tuple[ExamItem, ...]:
    """Return the exam of one modality: its own where it gives one, of the treatment's the items meant for it."""
    modality = protocol.modalities[index]
    is_own = modality.exam is not None
    known = {each.id for each in protocol.modalities}
    items = (modality.exam if is_own else protocol.exam) or ()
    for position, item in enumerate(items):
        for name in item.only:
            if name not in known and (is_own or index == 0):
                path: tuple[str | int, ...] = ("modalities", index) if is_own else ()
                faults.append(((*path, "exam", position, "only"), f"there is no modality '{name}'"))
    return tuple(item for item in items if not item.only or modality.id in item.only)


def _defaults() -> dict[str, object]:
    return {name: info.default for name, info in Sections.model_fields.items() if not info.is_required()}


def _rules_of(
    protocol: Protocol, index: int, find: FindProtocol, faults: list[tuple[tuple[str | int, ...], str]]
) -> tuple[OptionRule, ...]:
    modality = protocol.modalities[index]
    origin = f"{protocol.id}/{modality.id}"
    rules = {rule.id: rule for rule in protocol.rules}
    for position, without in enumerate(modality.without_rules):
        if rules.pop(without.rule, None) is None:
            faults.append(
                (("modalities", index, "without_rules", position, "rule"), f"there is no base rule '{without.rule}'")
            )
    rules |= {rule.id: rule for rule in modality.rules}
    settled = [OptionRule(id=f"{protocol.id}.{rule.id}", origin=origin, rule=rule) for rule in rules.values()]
    for position, part in enumerate(modality.combines):
        path = ("modalities", index, "combines", position)
        settled.extend(_rules_of_part(part, path, find, faults))
    return tuple(settled)


def _rules_of_part(
    part: Combines, path: tuple[str | int, ...], find: FindProtocol, faults: list[tuple[tuple[str | int, ...], str]]
) -> tuple[OptionRule, ...]:
    treatment, _, modality_id = part.option.partition("/")
    try:
        other = find(treatment, part.version)
    except KeyError:
        faults.append((path, f"there is no protocol '{treatment}' in version {part.version}"))
        return ()
    for index, modality in enumerate(other.modalities):
        if modality.id == modality_id:
            return _rules_of(other, index, find, faults)
    faults.append((path, f"protocol '{treatment}' {part.version} has no modality '{modality_id}'"))
    return ()
