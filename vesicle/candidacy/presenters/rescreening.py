"""An entry of the list of people whom a change of rules affects, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vesicle.candidacy.models import RuleChange, ScreeningVerdict
from vesicle.candidacy.presenters.results import CHIPS
from vesicle.protocols.queries import option_of_edition


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One entry with the words its page prints."""

    row: RuleChange
    name: str
    before: tuple[str, str]
    after: tuple[str, str]
    reasons: tuple[str, ...]
    versions: str
    not_before: date | None = None
    """The first day that no new reason speaks against, where they name one; an older reason may ask for a later one."""

    @property
    def has_appointment(self) -> bool:
        """Whether the day judged is that of an appointment."""
        return self.row.standing == RuleChange.Standing.APPOINTMENT


def change_line(row: RuleChange) -> ChangeLine:
    """Return an entry as it is printed: chips of both verdicts, and what is new in the clinician's words."""
    # The new edition may no longer have it; the one it replaces has.
    option = option_of_edition(row.replaced_id or row.edition_id, row.option).option
    old = f"edition {row.replaced.number}" if row.replaced else "nothing"
    days = [date.fromisoformat(reason["earliest"]) for reason in row.reasons if reason.get("earliest")]
    return ChangeLine(
        row,
        f"{option.title}: {option.name}",
        CHIPS[row.before],
        CHIPS[row.after],
        tuple(reason["clinician"] for reason in row.reasons),
        f"{old} became edition {row.edition.number}",
        max(days, default=None) if row.after == ScreeningVerdict.Verdict.DEFER else None,
    )
