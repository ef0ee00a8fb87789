"""Which law a text is checked under: the countries of the bank, by any code they answer to; what a page needs there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
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
    if (law := load_bank().law_of(code)) is None:
        raise UnknownJurisdiction(code)
    return law


_SHORT = re.compile(r"\b[A-Z]{3,5}\b")
_EXOSOMES = re.compile(r"\bexosom", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[\W_]+")


def is_stated(jurisdiction: Jurisdiction, sentences: Iterable[str]) -> bool:
    """Return whether sentences hold the statement of a country word for word; marks and capitals do not matter."""
    said = " ".join(map(_bare, sentences))
    return _bare(jurisdiction.statement) in said


def speaks_of_another(jurisdiction: Jurisdiction, sentence: str) -> bool:
    """Return whether a sentence names another country or its regulator, and not this one."""
    named = {code for code, pattern in _names().items() if pattern.search(sentence)}
    return bool(named) and jurisdiction.id not in named


def speaks_of_exosomes(text: str) -> bool:
    """Return whether a text names exosomes, in any language that is complete."""
    return _EXOSOMES.search(text) is not None


def lacks_status(jurisdiction: Jurisdiction, texts: Iterable[str]) -> bool:
    """Return whether texts name exosomes, and none that does names this country or its regulator."""
    named = [text for text in texts if speaks_of_exosomes(text)]
    return bool(named) and not any(_names()[jurisdiction.id].search(text) for text in named)


@cache
def _names() -> dict[str, re.Pattern[str]]:
    """Return what each country and its regulator are called in a sentence, in full or by the regulator's letters."""
    return {
        one.id: re.compile(
            r"\b(?:" + "|".join(map(re.escape, (one.name, one.regulator, *_SHORT.findall(one.regulator)))) + r")\b"
        )
        for one in load_bank().jurisdictions.values()
    }


def _bare(text: str) -> str:
    return " ".join(_NOT_A_WORD.split(text.casefold())).strip()


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
