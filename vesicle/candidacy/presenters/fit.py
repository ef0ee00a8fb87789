"""Why an option stands where it stands, and how we rank, for a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from vesicle.candidacy.domain import SOURCES, TIES, Fit, Line, Preferences
from vesicle.candidacy.domain.factors import money
from vesicle.core import languages
from vesicle.core.languages import told
from vesicle.protocols.bank import Bank, FitDirection, FitMatch, FitWeight
from vesicle.protocols.translating import bank_in

GRADES = ("high", "moderate", "low", "very-low", "none")
BASES = {
    "verified": lazy("Read at its source."),
    "secondary": lazy("Quoted from a digest."),
    "convention": lazy("Common practice in clinics, not a finding."),
    "to-confirm": lazy("Our own default, to be confirmed by the clinic."),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A reference, to open."""

    number: int
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line of the reasons, in words."""

    factor: str
    subject: str
    states: str
    compares: str
    match: str
    points: float
    most: float
    grade: str
    basis: str
    sources: tuple[Source, ...]

    @property
    def score(self) -> str:
        """The points as shown; a dash where there was nothing to earn."""
        return _("%(part)s of %(all)s") % {"part": f"{self.points:g}", "all": f"{self.most:g}"} if self.most else ""


def placed_lines(fit: Fit) -> tuple[PlacedLine, ...]:
    """Return every reason behind ``fit``, in its order."""
    bank = bank_in(languages.active())
    return tuple(_placed(line, bank) for line in fit.lines)


def _placed(line: Line, bank: Bank) -> PlacedLine:
    references = [bank.references[key] for key in line.refs if key in bank.references]
    return PlacedLine(
        line.factor,
        told(line.subject),
        told(line.states),
        told(line.compares),
        line.match,
        line.points,
        line.most,
        line.grade,
        str(BASES.get(line.basis, "")),
        tuple(Source(one.number, one.citation, one.url or "") for one in references),
    )


@dataclass(frozen=True, slots=True)
class HowWeRank:
    """Everything that orders options, with its numbers."""

    weights: tuple[FitWeight, ...]
    total: int
    grades: tuple[tuple[str, str, str], ...]
    directions: tuple[FitDirection, ...]
    matches: tuple[FitMatch, ...]
    ties: str


def how_we_rank() -> HowWeRank:
    """Return the weights of the bank for the page that explains them; ``grades`` are label, meaning and share."""
    bank = bank_in(languages.active())
    best = max(grade.rank for grade in bank.evidence_grades.values())
    return HowWeRank(
        tuple(bank.fit_weights.values()),
        sum(weight.points for weight in bank.fit_weights.values()),
        tuple((one.label, one.meaning, f"{100 * one.rank / best:.0f} %") for one in bank.evidence_grades.values()),
        tuple(bank.fit_directions.values()),
        tuple(bank.fit_matches.values()),
        told(TIES),
    )


def wished_words(said: Preferences, currency: str) -> str:
    """Return what matters to somebody in one line; empty where nothing was said."""
    days, visits, budget = said.downtime_days, said.visits, said.budget
    parts = [
        ngettext("%(count)d day of downtime at most", "%(count)d days of downtime at most", days) % {"count": days}
        if days is not None
        else "",
        ngettext("%(count)d visit at most", "%(count)d visits at most", visits) % {"count": visits}
        if visits is not None
        else "",
        _("%(amount)s at most") % {"amount": money(budget, currency)} if budget is not None else "",
        _("no needles") if said.needles == "no" else "",
        *(
            _("nothing from %(source)s") % {"source": told(words)}
            for one, words in SOURCES.items()
            if one in said.declined
        ),
    ]
    return ", ".join(part for part in parts if part)
