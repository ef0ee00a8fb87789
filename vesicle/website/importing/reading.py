"""Puts a page together: what it says, in the protocols' terms, each value with the words it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from vesicle.website.claims import Finding, audit
from vesicle.website.claims.sentences import Sentence, of_text
from vesicle.website.importing.blocks import Block, Content
from vesicle.website.importing.choices import alternatives_of, concerns_of
from vesicle.website.importing.content import content_of
from vesicle.website.importing.endings import without_tail
from vesicle.website.importing.exclusions import Exclusion, exclusions_in, refused_by_answer
from vesicle.website.importing.exports import as_html
from vesicle.website.importing.figures import VARIANT, Figure, NotTaken, figures_in
from vesicle.website.importing.imported import ImportedPage, Range, Source
from vesicle.website.importing.language import language_of
from vesicle.website.importing.names import includes
from vesicle.website.importing.placing import divided, placed_blocks
from vesicle.website.importing.prices import price_in
from vesicle.website.importing.recognition import Recognised, modalities_of, treatment_of
from vesicle.website.importing.roles import ASKED, LABELLED, ROLES
from vesicle.website.importing.source import Unreadable, demand_markup, page_text
from vesicle.website.importing.tree import parse
from vesicle.website.importing.words import SECTIONS

_LONGEST_SECTION = 20_000


def read_page(page: bytes | str, *, name: str = "", jurisdiction: str = "US") -> ImportedPage:
    """Read a treatment page.

    Parameters
    ----------
    page
        The page as it was saved; bytes in whatever encoding it is.
    name
        What to call the page in messages, usually the file's name.
    jurisdiction
        Whose law its sentences are judged by.

    Raises `Unreadable` for a page that is empty, larger than 10 MB, without content, or no HTML.
    """
    source = page_text(page, name)
    html = as_html(source.text)
    demand_markup(html, name)
    content = content_of(parse(html))
    source_notes = source.notes
    if content.is_cut:
        source_notes = (*source_notes, "The page is longer than any treatment page; only its beginning was read.")
    if not content.blocks:
        where = name or "The page"
        raise Unreadable(
            f"{where} has no content: it may be filled by scripts. Save it from the browser as it is shown."
        )
    language = language_of(content)
    if language:
        why = f"The page seems to be in {language}. Only English pages are read; nothing was guessed."
        return ImportedPage(
            unread=(NotTaken(content.title or name, why),),
            notes=(*source_notes, why),
            left_out=_left_out(content),
            language=language,
        )
    return _Page(content, jurisdiction).read(source_notes)


def _left_out(content: Content) -> dict[str, int]:
    """Return what was left out by kind; not the buttons, which every page has."""
    return {kind: count for kind, count in content.left_out.items() if kind != "button" and count}


class _Page:
    def __init__(self, content: Content, jurisdiction: str) -> None:
        self.content = content
        self.jurisdiction = jurisdiction
        self.who: Recognised = treatment_of(content)
        self.treatment = self.who.treatment
        self.ours = (
            frozenset({self.treatment, *includes(self.treatment), *self.who.companions})
            if self.treatment
            else frozenset()
        )
        if self.ours:
            content.blocks, count = without_tail(content.blocks, self.ours)
            content.left_out["after the end"] += count
        self.read_from: dict[str, Source] = {}
        self.unread: list[NotTaken] = []

    def read(self, notes: tuple[str, ...]) -> ImportedPage:
        """Return what the page says."""
        placed = list(placed_blocks(self.content.blocks, self.ours))
        modalities = modalities_of(self.content, self.treatment) if self.treatment else {}
        if self.treatment:
            self.read_from["treatment"] = Source(self.who.words)
        else:
            notes = (*notes, self.who.why)
            self.unread.append(NotTaken(self.content.title or self.who.words, self.who.why))
        for modality, words in modalities.items():
            self.read_from[f"modalities.{modality}"] = Source(words)
        figures = self._figures(placed) if self.treatment else {}
        contraindications = tuple(self._exclusions(placed))
        parts = list(divided(placed, self.ours))
        sections = self._sections(parts)
        heading = next((one.text for one, _ in placed if one.kind == "heading" and one.level == 1), "")
        concerns = concerns_of(parts)
        alternatives = alternatives_of(parts, self.treatment, f"{self.content.title} {heading}")
        self.read_from |= {f"concerns.{one}": source for one, source in concerns.items()}
        self.read_from |= {f"alternatives.{one}": source for one, source in alternatives.items()}
        return ImportedPage(
            treatment=self.treatment,
            modalities=tuple(modalities),
            figures=figures,
            contraindications=contraindications,
            concerns=tuple(concerns),
            alternatives=tuple(alternatives),
            sections=sections,
            questions=tuple(_questions(placed)),
            findings=tuple(self._audited(placed)),
            unread=tuple(_once(self.unread)),
            notes=notes,
            read_from=self.read_from,
            left_out=_left_out(self.content),
            price_from=self._price(placed) if self.treatment else None,
            heading=heading,
        )

    def _figures(self, placed: list[tuple[Block, str]]) -> dict[str, Range | None]:
        found: list[Figure] = []
        for place, (block, section) in enumerate(placed):
            if section in ("alternatives", "disqualifying_conditions") or (
                block.kind == "heading" and block.text.endswith("?")
            ):
                continue
            taken, refused = figures_in(block, section, self.ours)
            if not section and place * 2 > len(placed) and any(level > 1 for level, _ in block.headings):
                # Late on the page, under a heading that says nothing, a text that says nothing: only a label is sure.
                taken = [one for one in taken if one.weight >= LABELLED]
            found += taken
            self.unread += refused
        chosen: dict[str, Range | None] = {}
        for role in ROLES:
            of_role = [one for one in found if one.role == role]
            if not of_role:
                chosen[role] = None
                continue
            best = max(of_role, key=lambda one: one.weight)
            if best.weight == VARIANT:
                best = _over_all([one for one in of_role if one.weight == VARIANT])
                of_role = [one for one in of_role if one.weight != VARIANT]
            if any(_differs(one, best) for one in of_role):
                chosen[role] = None
                self.unread += [
                    NotTaken(one.sentence, f"{one.words}: the page says several such numbers and not which", one.path)
                    for one in of_role
                ]
                continue
            chosen[role] = best.values
            self.read_from[role] = Source(best.words, best.sentence, best.path, best.note)
            for one in of_role:
                if one.values != best.values:
                    self.unread.append(
                        NotTaken(
                            one.sentence, f"{one.words}: the page also says this; {best.words} was taken", one.path
                        )
                    )
        return chosen

    def _price(self, placed: list[tuple[Block, str]]) -> int | None:
        for block, section in placed:
            if section != "alternatives" and (found := price_in(block, self.ours)) is not None:
                self.read_from["price_from"] = Source(found[1], block.text[:300], block.path)
                return found[0]
        return None

    def _exclusions(self, placed: list[tuple[Block, str]]) -> Iterator[Exclusion]:
        seen: set[tuple[str, str | None]] = set()
        asked: set[str] = set()
        for first in (True, False):
            for block, section in placed:
                listed = section == "disqualifying_conditions"
                if listed is not first or block.kind == "heading" or section == "alternatives":
                    continue
                if not listed and section == "recovery_and_aftercare" and not block.heading.endswith("?"):
                    continue
                for one in exclusions_in(
                    block.text, listed=listed, is_item=block.kind in ("item", "fact"), path=block.path
                ):
                    key = (one.text.lower(), one.question)
                    if key in seen or (not listed and one.question in asked):
                        continue
                    seen.add(key)
                    if one.question:
                        asked.add(one.question)
                    else:
                        self.unread.append(
                            NotTaken(one.text, "a reason not to treat that the screening has no question for", one.path)
                        )
                    self.read_from[f"contraindications.{len(seen) - 1}"] = Source(one.text, one.sentence, one.path)
                    yield one
        for block, section in placed:
            if block.kind != "heading" and block.heading.endswith("?") and section != "alternatives":
                for one in refused_by_answer(block.heading, block.text, block.path):
                    if one.question not in asked:
                        asked.add(str(one.question))
                        seen.add((one.text, one.question))
                        self.read_from[f"contraindications.{len(seen) - 1}"] = Source(one.text, one.sentence, one.path)
                        yield one

    def _sections(self, placed: list[tuple[Block, str]]) -> dict[str, str]:
        texts: dict[str, list[str]] = {name: [] for name in SECTIONS}
        loose: list[tuple[Block, int]] = []
        for place, (block, section) in enumerate(placed):
            if block.kind == "heading":
                continue
            line = (
                f"{block.label}: {block.text}" if block.label and not block.text.startswith(block.label) else block.text
            )
            if block.column:
                line = f"{block.column}, {line}"
            if section:
                texts[section].append(line)
            elif not [one for one in block.headings if one[0] > 1]:
                texts["overview"].append(line)
            else:
                loose.append((block, place))
        if not texts["overview"]:
            taken = [one for one, _ in loose if len(one.text.split()) >= 8][:3]
            texts["overview"] = [one.text for one in taken]
            loose = [one for one in loose if one[0] not in taken]
        for block, _ in loose:
            self.unread.append(
                NotTaken(block.text, f"under “{block.heading}”, which is none of our sections", block.path)
            )
        found = {name: "\n".join(dict.fromkeys(lines))[:_LONGEST_SECTION] for name, lines in texts.items() if lines}
        for name in found:
            above = next((one.heading for one, section in placed if section == name and one.kind != "heading"), "")
            self.read_from[f"sections.{name}"] = Source(above or self.who.words)
        return found

    def _audited(self, placed: list[tuple[Block, str]]) -> Iterator[Finding]:
        before = ""
        for block, _ in placed:
            kind: Any = {"heading": "heading", "item": "list-item", "fact": "list-item"}.get(block.kind, "sentence")
            for one in of_text(block.text):
                own = one.kind if one.kind != "sentence" else kind
                yield audit(
                    Sentence(one.text, own, context=block.heading, path=block.path),
                    jurisdiction=self.jurisdiction,
                    context=before,
                )
                before = one.text


def _differs(one: Figure, best: Figure) -> bool:
    """Return whether another figure is as sure as the best, both only said, and shares no value."""
    if one.weight != best.weight or best.weight >= ASKED:
        return False
    ranges = [(low or 0, high if high is not None else 10**9) for low, high in (one.values, best.values)]
    return ranges[0][1] < ranges[1][0] or ranges[1][1] < ranges[0][0]


def _over_all(kinds: list[Figure]) -> Figure:
    """Return the figure that reaches over all kinds of a treatment a table lists."""
    lows, highs = [one.values[0] for one in kinds], [one.values[1] for one in kinds]
    low = None if None in lows else min(value for value in lows if value is not None)
    high = None if None in highs else max(value for value in highs if value is not None)
    words = ", ".join(dict.fromkeys(one.words for one in kinds))
    return (
        replace(kinds[0], values=(low, high), words=words, note="over all kinds listed") if len(kinds) > 1 else kinds[0]
    )


def _questions(placed: list[tuple[Block, str]]) -> Iterator[tuple[str, str]]:
    """Yield the questions of the page with their answers."""
    answers: dict[str, list[Block]] = {}
    for block, _ in placed:
        if block.kind != "heading" and block.heading.endswith("?"):
            answers.setdefault(block.heading, []).append(block)
    for question, blocks in answers.items():
        runs = groupby(blocks, key=lambda one: one.kind == "item")
        yield question, " ".join(_told([one.text for one in run], is_list=is_list) for is_list, run in runs)


def _told(texts: list[str], *, is_list: bool) -> str:
    """Return texts one behind the other; those of a list as in a sentence: "pregnancy; a cold sore"."""
    if not is_list:
        return " ".join(texts)
    return "; ".join([*(text.rstrip(".;,") for text in texts[:-1]), texts[-1]])


def _once(notes: Iterable[NotTaken]) -> Iterator[NotTaken]:
    counted: Counter[tuple[str, str]] = Counter()
    for one in notes:
        counted[one.text, one.why] += 1
        if counted[one.text, one.why] == 1:
            yield one
