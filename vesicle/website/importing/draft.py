"""What a draft could take from an imported page, and what it must not: blocked sentences, figures that differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vesicle.protocols.schema import Option
from vesicle.website.claims import audit
from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.contradictions import NAMES, contradictions, differs, figure_words, minutes_of
from vesicle.website.importing.imported import ImportedPage
from vesicle.website.importing.roles import ROLES

_LONGEST_HEADLINE, _LONGEST_QUESTION, _LONGEST_TEXT, _MOST_QUESTIONS, _MOST_PARAGRAPHS = 120, 200, 2_000, 40, 12
_AREA = "full-face"
"""The area whose minutes a page means if it names none."""


@dataclass(slots=True)
class Proposal:
    """The parts of an overlay a page gives; ``left_out`` lists what was not taken and why."""

    headline: str = ""
    intro: list[str] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    minutes: dict[str, int] = field(default_factory=dict)
    price_from: int | None = None
    modalities: tuple[str, ...] = ()
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether a page gives nothing a draft could take."""
        return not (self.headline or self.intro or self.questions or self.minutes or self.price_from)

    def over(self, overlay: dict[str, Any]) -> dict[str, Any]:
        """Return an overlay with the page's parts in place of its own; what the page does not give stays."""
        found = dict(overlay)
        if self.headline:
            found["headline"] = self.headline
        if self.intro:
            found["intro"] = list(self.intro)
        if self.questions:
            found["questions"] = list(self.questions)
        terms = {name: dict(own) for name, own in found.get("modalities", {}).items()}
        for modality in self.modalities:
            own = terms.setdefault(modality, {})
            if self.price_from is not None:
                own["price_from"] = self.price_from
            if modality in self.minutes:
                areas = {name: dict(area) for name, area in own.get("areas", {}).items()}
                areas.setdefault(_AREA, {})["minutes"] = self.minutes[modality]
                own["areas"] = areas
        if terms:
            found["modalities"] = {name: own for name, own in terms.items() if own}
        return found


def proposal(page: ImportedPage, options: tuple[Option, ...], *, jurisdiction: str = "US") -> Proposal:
    """Return what a draft may take from a page. Nothing blocked, nothing that contradicts the protocol."""
    found = Proposal()
    against = contradictions(page, options)
    contradicted = [one for one in against if one.field in ROLES or one.field == "assessed"]
    for one in contradicted:
        found.left_out.append((one.words, f"page: {one.page}; protocol: {one.protocol}"))
    words = tuple(one.words for one in contradicted if one.words)
    kept = _Words(jurisdiction, words, found)
    if page.heading and len(page.heading) <= _LONGEST_HEADLINE:
        found.headline = kept.of(page.heading)
    for line in page.sections.get("overview", "").splitlines()[:_MOST_PARAGRAPHS]:
        if text := kept.of(line):
            found.intro.append(text[:_LONGEST_TEXT])
    for question, answer in page.questions[:_MOST_QUESTIONS]:
        if len(question) > _LONGEST_QUESTION or not kept.of(question):
            continue
        if text := kept.of(answer, after=question):
            found.questions.append({"question": question, "answer": text[:_LONGEST_TEXT]})
        else:
            found.left_out.append((question, "nothing of its answer may be taken over"))
    found.modalities = page.modalities or tuple(option.modality for option in options)
    if len(page.modalities) == 1:
        found.price_from = page.price_from
    elif page.price_from is not None:
        found.left_out.append((str(page.price_from), "a price, but the page does not say of which modality"))
    _take_minutes(page, options, found)
    found.left_out = list(dict.fromkeys(found.left_out))
    return found


def _take_minutes(page: ImportedPage, options: tuple[Option, ...], found: Proposal) -> None:
    """Take the minutes of an appointment as hands-on minutes where that is certain: one modality, one number."""
    value = page.figures.get("duration_minutes")
    if value is None:
        return
    said = figure_words(value, NAMES["duration_minutes"][1])
    option = next((one for one in options if one.modality in page.modalities), None)
    if option is None or len(page.modalities) != 1 or value[0] is None or value[0] != value[1]:
        found.left_out.append((said, "minutes of the appointment; a draft needs one number for one area and modality"))
        return
    own = value[0] - minutes_of(option, 0)
    has_area = any(area.area == _AREA for area in option.sections.areas)
    if not has_area or own < 5 or own % 5 or differs(page, "duration_minutes", option):
        found.left_out.append((said, "does not fit the protocol's phases; set the minutes by hand"))
        return
    found.minutes[option.modality] = own


class _Words:
    """Keeps of a text the sentences that may be taken over, and notes the others."""

    def __init__(self, jurisdiction: str, figures: tuple[str, ...], found: Proposal) -> None:
        self._jurisdiction, self._figures, self._found = jurisdiction, figures, found

    def of(self, text: str, *, after: str = "") -> str:
        """Return the sentences of a text that may stand in a draft, joined."""
        kept = []
        before = after
        for one in of_text(text):
            finding = audit(one, jurisdiction=self._jurisdiction, context=before)
            before = one.text
            if finding.verdict == "block":
                why = finding.patterns[0].why if finding.patterns else "it may not be said"
                self._found.left_out.append((one.text, why))
            elif any(words in one.text for words in self._figures):
                self._found.left_out.append((one.text, "holds a figure that the protocol contradicts"))
            else:
                kept.append(one.text)
        return " ".join(kept)
