"""Which law a text is checked under: the countries of the bank, by any code they answer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vesicle.protocols.bank import load_bank
from vesicle.protocols.bank.law import AdvertisingRule, Jurisdiction


class UnknownJurisdiction(ValueError):
    """No country of the bank answers to a code."""

    def __init__(self, code: str) -> None:
        known = ", ".join(load_bank().jurisdictions)
        super().__init__(f"'{code}' is not a jurisdiction we have rules for. There are: {known}.")


def jurisdiction_of(code: str) -> Jurisdiction:
    """Return the jurisdiction a code stands for, as ``GB`` for ``UK`` and ``DE`` for ``EU``.

    Raises `UnknownJurisdiction`.
    """
    wanted = code.strip().upper()
    for one in load_bank().jurisdictions.values():
        if wanted == one.id or wanted in one.codes:
            return one
    raise UnknownJurisdiction(code)


@dataclass(frozen=True, slots=True)
class Required:
    """A statement that a page needs here, and whether the page has it."""

    rule: AdvertisingRule
    statement: str
    is_there: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, for ``--json``."""
        checked = self.rule.checked
        return {
            "id": self.rule.id,
            "says": self.rule.says,
            "statement": self.statement,
            "there": self.is_there,
            "checked": checked if isinstance(checked, str) else checked.isoformat(),
            "refs": list(self.rule.refs),
        }


def required_statements(jurisdiction: Jurisdiction, *, names_exosomes: bool, has_status: bool) -> Sequence[Required]:
    """Return the statements that a page needs here, each with whether it was found."""
    return tuple(
        Required(rule, jurisdiction.statement, has_status)
        for rule in jurisdiction.advertising
        if rule.kind == "required-statement"
        and (rule.when == "always" or (rule.when == "exosomes-named" and names_exosomes))
    )
