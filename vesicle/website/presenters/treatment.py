"""A treatment page put together, section by section in the order in which it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from vesicle.clinic.models import Clinic
from vesicle.core.drawing import Svg
from vesicle.protocols.bank import Bank
from vesicle.protocols.overlay import PageSection
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.common import Statement
from vesicle.website import drawings, queries
from vesicle.website.drawings import Pair
from vesicle.website.panels import Panel
from vesicle.website.presenters import evidence, recovery, results, safety, visit, words
from vesicle.website.presenters.facts import Facts, Way, taken_together, treatment_comparison, treatment_url, ways_of
from vesicle.website.presenters.notes import Notes, Said, Source
from vesicle.website.presenters.statements import why_refused

CONTENTS = (
    ("overview", _("Overview")),
    ("benefits", _("Benefits")),
    ("candidates", _("Who it suits")),
    ("contraindications", _("Who should not")),
    ("concerns", _("Concerns")),
    ("what-to-expect", _("The visit")),
    ("results", _("Results")),
    ("recovery", _("Recovery")),
    ("alternatives", _("Alternatives")),
    ("evidence", _("Evidence")),
    ("regulation", _("Regulation")),
    ("questions", _("Questions")),
)
"""The anchors of a treatment page, in order. They are promised to other pages and to the outside: never rename one."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a page is made of, read beforehand."""

    treatment: queries.Treatment
    clinic: Clinic
    stocked: Mapping[str, tuple[queries.StockedProduct, ...]]
    approval: queries.Approval | None
    pictures: tuple[queries.ShownPicture, ...]
    places: tuple[queries.Place, ...]
    panels: Mapping[str, tuple[Panel, ...]]
    offered_ids: frozenset[str]
    titles: Mapping[str, tuple[str, str]]
    on: date
    preview: str = ""


@dataclass(frozen=True, slots=True)
class WayBlock:
    """Everything about one way that sections show beside the other ways."""

    way: Way
    mechanism: tuple[Said, ...]
    candidates: tuple[Said, ...]
    visit: visit.WayVisit
    results: results.WayResults
    results_drawing: Pair
    recovery: recovery.WayRecovery
    recovery_drawing: Pair
    panels: tuple[Panel, ...] = field(hash=False, compare=False)
    """What other rooms add; no part of what a section is remembered by, so only ``results`` may print it."""
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table of ways: a name and one value for each way."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherOption:
    """An alternative: where to read of it, and how it differs."""

    title: str
    name: str
    url: str
    sayings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question of patients."""

    question: str
    answers: tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class OwnSections:
    """What the clinic adds under the headings of sections, by their anchors."""

    benefits: Said
    candidates: Said
    contraindications: Said
    concerns: Said
    what_to_expect: Said
    results: Said
    recovery: Said
    alternatives: Said


@dataclass(frozen=True, slots=True)
class TreatmentPage:
    """Everything the template prints."""

    id: str
    title: str
    headline: str
    headline_said: Said
    description: str
    synonyms: tuple[str, ...]
    not_the_same_as: tuple[str, ...]
    intro: tuple[Said, ...]
    note: Said
    own: OwnSections
    clinic_name: str
    overview: tuple[Said, ...]
    mechanism: tuple[Said, ...]
    facts: Facts
    ways: tuple[WayBlock, ...]
    compared: tuple[Comparison, ...]
    hero: Svg
    skin: Pair
    products: tuple[visit.ProductLine, ...]
    pictures: tuple[queries.ShownPicture, ...]
    captions: tuple[Said, ...]
    benefits: tuple[evidence.BenefitGroup, ...]
    reasons: tuple[safety.ReasonGroup, ...]
    concerns: tuple[evidence.ConcernRow, ...]
    more_concerns: tuple[evidence.ConcernRow, ...]
    who: tuple[visit.WhoGroup, ...]
    areas: tuple[visit.AreaRow, ...]
    warnings: tuple[recovery.WarningSign, ...]
    alternatives: tuple[OtherOption, ...]
    compare_url: str
    claims: tuple[evidence.ClaimGroup, ...]
    gaps: tuple[evidence.GapGroup, ...]
    grades: tuple[evidence.GradeMeaning, ...]
    positions: tuple[evidence.Position, ...]
    questions: tuple[QuestionAnswer, ...]
    sources: tuple[Source, ...]
    approver: str
    approved_by: str
    approved_on: str
    edition: str
    preview: str
    withdrawn: tuple[tuple[str, str], ...]

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """The anchors with their names."""
        return tuple((anchor, str(name)) for anchor, name in CONTENTS)

    @property
    def captioned(self) -> tuple[tuple[queries.ShownPicture, Said], ...]:
        """The pictures with their captions."""
        return tuple(zip(self.pictures, self.captions, strict=True))

    @property
    def has_ways(self) -> bool:
        """Whether there is more than one way, so that each needs its name."""
        return len(self.ways) > 1


def treatment_page(material: Material, bank: Bank) -> TreatmentPage:
    """Return the page. Sources are numbered in the order in which its sections cite them."""
    offered = material.treatment.offered
    protocol, overlay = material.treatment.protocol, material.treatment.overlay
    options = [one.option for one in offered]
    country = material.clinic.jurisdiction
    notes = Notes(bank, is_preview=bool(material.preview), resting=material.treatment.resting)
    headline = notes.own(overlay.headline or protocol.tagline)
    intro = tuple(notes.own(each) for each in overlay.intro)
    overview = tuple(notes.of(each, each.text) for each in protocol.overview)
    mechanism = tuple(notes.of(each, each.text) for each in _shared_mechanism(options))
    products = visit.product_lines(offered, material.stocked, country, bank, notes)
    own: dict[str, Said] = {}

    def speak(*sections: PageSection) -> None:
        """Take up the clinic's own words under sections, before the sources of what stands there."""
        own.update({name.replace("-", "_"): notes.own(overlay.sections.get(name, "")) for name in sections})

    speak("benefits")
    benefits = evidence.benefit_groups(offered, bank, notes)
    speak("candidates")
    candidates = [tuple(notes.of(e, e.text) for e in option.sections.candidates) for option in options]
    speak("contraindications")
    reasons = safety.reason_groups(options, bank, notes)
    speak("concerns")
    concerns = evidence.shown_and_folded(evidence.concern_rows(offered, bank, notes))
    areas = visit.area_rows(offered, bank, notes)
    speak("what-to-expect", "results", "recovery", "alternatives")
    blocks = _way_blocks(material, candidates, len(mechanism) == 0, bank, notes)
    approved_by, approved_on = _signed(material.approval, bank)
    return TreatmentPage(
        id=material.treatment.id,
        title=protocol.title,
        headline=headline.text,
        headline_said=headline,
        description=f"{protocol.title}. {protocol.overview[0].text}",
        synonyms=protocol.synonyms,
        not_the_same_as=protocol.not_the_same_as,
        intro=intro,
        note=notes.own(overlay.note),
        own=OwnSections(**own),
        clinic_name=material.clinic.name,
        overview=overview,
        mechanism=mechanism,
        facts=taken_together([block.way.facts for block in blocks]),
        ways=blocks,
        compared=_compared(blocks),
        hero=drawings.hero(material.treatment.id),
        skin=drawings.skin(options),
        products=products,
        pictures=material.pictures,
        captions=tuple(notes.own(each.caption) for each in material.pictures),
        benefits=benefits,
        reasons=reasons,
        concerns=concerns[0],
        more_concerns=concerns[1],
        who=visit.who_groups([(block.way.name, block.visit) for block in blocks]),
        areas=areas,
        warnings=recovery.warnings(offered, bank),
        alternatives=_alternatives(material),
        compare_url=_compare_url(material),
        claims=evidence.claim_groups(offered, on=material.on, jurisdiction=country, bank=bank, notes=notes),
        gaps=evidence.gap_groups(offered),
        grades=evidence.grade_meanings(bank),
        positions=evidence.positions(offered, country, bank, notes),
        questions=_questions(material, notes),
        sources=notes.sources(),
        approver=material.approval.name if material.approval else "",
        approved_by=approved_by,
        approved_on=approved_on,
        edition=gettext("Edition %(number)s, from protocol %(version)s")
        % {"number": material.treatment.edition_number, "version": protocol.version},
        preview=material.preview,
        withdrawn=tuple((one.finding.text, why_refused(one)) for one in material.treatment.withdrawn),
    )


def _shared_mechanism(options: Sequence[Option]) -> tuple[Statement, ...]:
    """Return how it works where all ways work alike, else nothing: then each way says it itself."""
    first = options[0].sections.mechanism
    return first if all(option.sections.mechanism == first for option in options) else ()


def _way_blocks(
    material: Material, candidates: Sequence[tuple[Said, ...]], own_mechanism: bool, bank: Bank, notes: Notes
) -> tuple[WayBlock, ...]:
    blocks = []
    for way, one, suits in zip(
        ways_of(material.treatment.offered), material.treatment.offered, candidates, strict=True
    ):
        sections = one.option.sections
        blocks.append(
            WayBlock(
                way=way,
                mechanism=tuple(notes.of(each, each.text) for each in sections.mechanism) if own_mechanism else (),
                candidates=suits,
                visit=visit.way_visit(one, bank, notes),
                results=results.way_results(one, bank, notes),
                results_drawing=drawings.results(sections.results, sections.sessions, one.option.label),
                recovery=recovery.way_recovery(one, notes),
                recovery_drawing=drawings.recovery(sections.course, one.option.label),
                panels=material.panels.get(one.option.id, ()),
                places=tuple(place.location.name for place in material.places if place.offers(one)),
            )
        )
    return tuple(blocks)


def _compared(blocks: Sequence[WayBlock]) -> tuple[Comparison, ...]:
    """Return what differs, and what does not, line by line."""

    def line(name: Promise, values: Sequence[str]) -> Comparison:
        return Comparison(str(name), tuple(words.capital(value) for value in values))

    performers = [words.in_a_row([who.short for who in block.visit.performers], "or") for block in blocks]
    return (
        line(_("Appointment"), [block.way.facts.minutes_words for block in blocks]),
        line(_("Downtime"), [block.way.facts.downtime_words for block in blocks]),
        line(_("Visits"), [block.results.course for block in blocks]),
        line(_("First change"), [block.results.onset for block in blocks]),
        line(_("Lasts"), [block.results.lasts for block in blocks]),
        line(_("Done by"), performers),
        line(_("Device"), [words.in_a_row(block.visit.equipment) or pgettext("device", "none") for block in blocks]),
        line(_("Price from"), [block.way.facts.price_words for block in blocks]),
        line(_("Offered at"), [words.in_a_row(block.places) or gettext("ask us") for block in blocks]),
    )


def _alternatives(material: Material) -> tuple[OtherOption, ...]:
    """Return the other treatments named, each once; other ways of this one stand on the page anyway."""
    offered = material.treatment.offered
    sayings: dict[str, dict[str, list[str]]] = {}
    for one in offered:
        for other in one.option.sections.alternatives:
            if other.option.partition("/")[0] != material.treatment.id:
                sayings.setdefault(other.option, {}).setdefault(other.because, []).append(one.option.name)
    return tuple(
        OtherOption(
            *material.titles.get(option, _from_id(option)),
            url=treatment_url(option) if option in material.offered_ids else "",
            sayings=tuple(
                ("" if len(offered) == 1 else words.in_a_row(ways), because) for because, ways in said.items()
            ),
        )
        for option, said in sayings.items()
    )


def _from_id(option: str) -> tuple[str, str]:
    """Name a treatment that this clinic does not offer."""
    treatment, _, modality = option.partition("/")
    return words.capital(treatment.replace("-", " ")), modality.replace("-", " ")


def _compare_url(material: Material) -> str:
    """Return the comparison of this treatment's ways with the alternatives that are offered here."""
    mine = [one.option.id for one in material.treatment.offered]
    named = [other.option for one in material.treatment.offered for other in one.option.sections.alternatives]
    chosen = dict.fromkeys([*mine, *(option for option in named if option in material.offered_ids)])
    return treatment_comparison(chosen)


def _questions(material: Material, notes: Notes) -> tuple[QuestionAnswer, ...]:
    """Return the clinic's own questions, then the protocol's, each once with the answer of every way."""
    offered = material.treatment.offered
    asked: dict[str, dict[tuple[str, tuple[str, ...]], list[str]]] = {}
    for one in offered:
        for each in one.option.sections.questions:
            asked.setdefault(each.question, {}).setdefault((each.answer, each.refs), []).append(one.option.name)
    mine = material.treatment.overlay.questions
    own = [QuestionAnswer(each.question, (("", notes.own(each.answer)),)) for each in mine]
    return (
        *own,
        *(
            QuestionAnswer(
                question,
                tuple(
                    ("" if len(ways) == len(offered) else words.in_a_row(ways), notes.say(answer, refs))
                    for (answer, refs), ways in answers.items()
                ),
            )
            for question, answers in asked.items()
        ),
    )


def _signed(found: queries.Approval | None, bank: Bank) -> tuple[str, str]:
    """Name who approved what the page says, and when."""
    if found is None:
        return "", ""
    licence = bank.licences[found.licence].short if found.licence in bank.licences else found.licence
    return f"{found.name}, {licence}", words.long_date(found.at.date())
