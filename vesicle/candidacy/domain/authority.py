"""Who may decide: what the protocol allows, narrowed by the clinic's own limits, and never wider.

The protocol names licenses twice: ``exam_by`` for the examination, and ``cleared_by`` for single rules. A clinic may
take licenses away from either, and may take from its medical director the privilege to clear what a rule reserves for
another license. An intersection cannot add anybody, so no limit widens a protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """One narrowing by the clinic. Empty ``option`` and ``rule`` mean all of them."""

    kind: Literal["exam", "rule", "director"]
    option: str = ""
    rule: str = ""
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may decide about one option with certain reasons for a review.

    ``exam`` are the licenses that may examine; ``by_rule`` those that may clear each reserved rule;
    ``closed_to_director`` the rules for which the medical director has no privilege.
    """

    exam: frozenset[str]
    by_rule: Mapping[str, frozenset[str]]
    closed_to_director: frozenset[str] = frozenset()

    @property
    def licences(self) -> frozenset[str]:
        """The licenses that may decide by themselves."""
        return frozenset.intersection(self.exam, *self.by_rule.values())

    @property
    def is_open_to_director(self) -> bool:
        """Whether the medical director may decide with any license that may examine."""
        return not self.closed_to_director & set(self.by_rule)

    def may(self, licence: str, *, is_director: bool) -> bool:
        """Return whether somebody with ``licence`` may decide."""
        if not licence or licence not in self.exam:
            return False
        return licence in self.licences or (is_director and self.is_open_to_director)


def authority(
    option: str,
    exam_by: Collection[str],
    cleared_by: Mapping[str, Collection[str]],
    limits: Iterable[Limit] = (),
) -> Authority:
    """Return who may decide.

    Args:
        option: the option, ``treatment/modality``.
        exam_by: the licenses the protocol lets examine.
        cleared_by: the rules to be cleared, each with the licenses its rule names; none where it names none.
        limits: the clinic's own.
    """
    known = tuple(limits)
    exam = frozenset(exam_by)
    for limit in known:
        if limit.kind == "exam" and limit.option in ("", option):
            exam &= limit.licences
    by_rule = {rule: frozenset(named) for rule, named in cleared_by.items() if named}
    for limit in known:
        if limit.kind == "rule" and limit.rule in cleared_by:
            by_rule[limit.rule] = by_rule.get(limit.rule, exam) & limit.licences
    closed = {rule for rule in by_rule for one in known if one.kind == "director" and one.rule in ("", rule)}
    return Authority(exam, by_rule, frozenset(closed))
