"""Any past decision can be made again from what was stored, and must come out the same."""

from __future__ import annotations

from dataclasses import dataclass

from vesicle.candidacy.domain import Answers, Verdict, evaluate, standard_catalogue
from vesicle.candidacy.models import ScreeningVerdict
from vesicle.protocols.queries import option_of_edition


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision made again. ``differences`` names what came out otherwise; empty when all is as stored."""

    verdict: Verdict
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether the stored decision was reproduced."""
        return not self.differences


def replay(stored: ScreeningVerdict) -> Replay:
    """Decide again about a stored verdict: its answers, its day, its edition, the bank as it bore on it then."""
    option = option_of_edition(stored.edition_id, stored.option).option
    catalogue = standard_catalogue().with_particulars(stored.input["particulars"])
    named = {question: (said, source) for question, (said, source) in stored.input.get("named", {}).items()}
    verdict = evaluate(option, Answers.from_json(stored.input), stored.on, catalogue=catalogue, named=named)
    told = (*verdict.reasons, *verdict.other, *verdict.notes)
    pairs = {
        "verdict": (verdict.verdict, stored.verdict),
        "earliest": (verdict.earliest, stored.earliest),
        # In whatever order: the bank may have sorted its questions anew.
        "missing": (sorted(verdict.missing), sorted(stored.missing)),
        "reasons": (
            [(reason.rule, reason.effect, list(reason.questions)) for reason in told],
            [(reason["rule"], reason["effect"], reason["questions"]) for reason in stored.reasons],
        ),
        "protocol": (verdict.protocol, stored.protocol_version),
    }
    return Replay(verdict, tuple(name for name, (again, before) in pairs.items() if again != before))
