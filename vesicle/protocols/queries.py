"""Reads of editions. What is offered comes from approved editions alone.

Approved and retired editions never change, so what was made of one is remembered by its id; which
editions are approved now is asked of the database every time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import F
from django.urls import reverse
from pydantic import BaseModel

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.models import AuditEntry
from vesicle.protocols import in_force, translating
from vesicle.protocols.checking import options_in as options_named
from vesicle.protocols.library_files import house_order, version_key
from vesicle.protocols.models import (
    Edition,
    EditionApproval,
    EditionText,
    EditionWords,
    Picture,
    ProtocolRelease,
    ProtocolTranslation,
    SigningRule,
)
from vesicle.protocols.overlay import OF_PROTOCOL, Overlay, apply_overlay, in_language, own_digest, said_in
from vesicle.protocols.permissions import SEE
from vesicle.protocols.schema import Option, Protocol, options_of
from vesicle.protocols.spacing import Gap, gaps, longest


@dataclass(frozen=True, slots=True)
class OfferedOption:
    """An option as a clinic's edition has it: the clinic's minutes and prices applied."""

    edition_id: int
    edition_number: int
    option: Option
    overlay: Overlay
    protocol: Protocol
    words: Mapping[str, str] = field(default_factory=dict)
    """The checksums of what it says in other languages, by language."""
    is_open: bool = False
    """Whether nobody has signed it yet; other languages are then the library's of today."""
    language: str = translating.ENGLISH
    """The language its texts are in; those without a translation are ``InEnglish``."""

    @property
    def is_offered(self) -> bool:
        """Whether the clinic offers this modality."""
        return self.overlay.terms(self.option.modality).offered

    @property
    def price_from(self) -> int:
        """The lowest price a session costs here, in whole units of the currency."""
        by_area = [area.price_from for area in self.option.sections.areas if area.price_from is not None]
        return min([int(self.option.sections.price.per_session.min), *by_area])


def offered_options(clinic_id: int, language: str = translating.ENGLISH) -> tuple[OfferedOption, ...]:
    """Return every option the clinic offers now, treatments in the order of the house.

    ``language`` is that of the page it is for: people read their own, records and decisions are made in English.
    """
    rows = ((pk, treatment) for treatment, pk in in_force.numbers(clinic_id, clock.now()).items())
    found = [option for edition_id, _ in sorted(rows, key=_by_treatment) for option in _settled(edition_id).values()]
    return tuple(in_words_of(option, language) for option in found if option.is_offered)


def _by_treatment(row: tuple[int, str]) -> tuple[int, str]:
    return house_order(row[1])


def offered(clinic_id: int, option_id: str, language: str = translating.ENGLISH) -> OfferedOption:
    """Return one option the clinic offers now. Raises ``NotFound``."""
    treatment = option_id.partition("/")[0]
    edition_id = in_force.numbers(clinic_id, clock.now()).get(treatment)
    found = _settled(edition_id).get(option_id) if edition_id is not None else None
    if found is None or not found.is_offered:
        raise NotFound("This clinic does not offer that treatment. Choose one of its treatments.")
    return in_words_of(found, language)


def option_of_edition(edition_id: int, option_id: str, language: str = translating.ENGLISH) -> OfferedOption:
    """Return an option as an edition has it, whatever became of the edition since. For records."""
    found = options_in_edition(edition_id).get(option_id)
    if found is None:
        raise NotFound("That edition has no such treatment.")
    return in_words_of(found, language)


def options_in_edition(edition_id: int) -> Mapping[str, OfferedOption]:
    """Return all options of an edition by id, offered or not. Drafts are read afresh every time."""
    remembered = _remembered.get(edition_id)
    if remembered is not None:
        return remembered
    edition = Edition.objects.select_related("release").filter(pk=edition_id).first()
    if edition is None:
        raise NotFound("We could not find that edition.")
    options = _options(edition)
    if in_force.is_settled(edition, clock.now()):
        _remembered[edition_id] = options
    return options


_remembered: dict[int, Mapping[str, OfferedOption]] = {}


def in_words_of(found: OfferedOption, language: str) -> OfferedOption:
    """Return an option with its texts and the clinic's own words in a language; the same figures, ids and rules.

    Where something is not translated it says English, as ``InEnglish``. What was signed is what is said:
    of an edition that is settled this is remembered by process, so it costs no query.
    """
    if language == found.language:
        return found
    key = (found.edition_id, found.option.id, language)
    said = _said.get(key)
    if said is None or said[0] is not found:
        # Kept beside what it was made from: a draft is read afresh, and so is what lost a sentence.
        said = found, _laid(found, language)
        if _remembered.get(found.edition_id, {}).get(found.option.id) is found:
            _said[key] = said
    return said[1]


def is_open(edition: Edition) -> bool:
    """Whether nobody has signed an edition yet, so that in other languages it says what the library says today."""
    return not edition.translations and edition.status in (Edition.Status.DRAFT, Edition.Status.IN_REVIEW)


def words_in(edition: Edition, language: str) -> Mapping[str, str]:
    """Return the translations of an edition's texts: those that were signed, or the library's while it is open."""
    if is_open(edition):
        return translating.words_of(*text_of(edition), language)
    return _pinned_words(edition.translations.get(language, ""))


def _laid(found: OfferedOption, language: str) -> OfferedOption:
    if found.is_open:
        words: Mapping[str, str] = translating.words_of(found.protocol, [found.option], language)
    else:
        words = _pinned_words(found.words.get(language, ""))
    words = {**words, **own_words_of_text(found.overlay, language, words, found.protocol, found.option)}
    return replace(
        found,
        option=translating.laid(found.option, words),
        protocol=translating.laid(found.protocol, words),
        overlay=in_language(found.overlay, language),
        language=language,
    )


def own_words_of_text(
    overlay: Overlay, language: str, words: translating.Catalog, *models: BaseModel
) -> Mapping[str, str]:
    """Return what the clinic itself says in a language of texts of a protocol that have no words of the library.

    They stand in the overlay and are signed with it, each under the fingerprint of its English.
    """
    if not any(one.place.startswith(OF_PROTOCOL) for one in overlay.translations.get(language, ())):
        return {}
    said = said_in(overlay, language)
    return {
        place.text: said[own_digest(place.text)]
        for model in models
        for place in translating.places(model)
        if translating.translation(words, place.field, place.text) is None and own_digest(place.text) in said
    }


@lru_cache(maxsize=64)
def _pinned_words(checksum: str) -> Mapping[str, str]:
    """Return translations as they were signed; none where none were."""
    if not checksum:
        return {}
    return dict(ProtocolTranslation.objects.values_list("texts", flat=True).get(checksum=checksum))


_said: dict[tuple[int, str, str], tuple[OfferedOption, OfferedOption]] = {}


def gap_between(edition_id: int, option_id: str, earlier: str) -> Gap | None:
    """Return the days an option of an edition asks for after a visit of the option ``earlier``, or ``None``."""
    key = (edition_id, option_id)
    found = _gaps.get(key)
    if found is None:
        found = gaps(option_of_edition(edition_id, option_id).option)
        if edition_id in _remembered:
            _gaps[key] = found
    return longest(found, earlier)


_gaps: dict[tuple[int, str], tuple[Gap, ...]] = {}


def forget_editions() -> None:
    """Drop what is remembered. Only needed where a database is replaced under a running process."""
    _gaps.clear()
    _remembered.clear()
    _said.clear()
    _pinned_words.cache_clear()
    release_protocol.cache_clear()


def forget_edition(edition_id: int) -> None:
    """Drop what is remembered of one edition, where its approval was undone before it was final."""
    for key in [key for key in _gaps if key[0] == edition_id]:
        del _gaps[key]
    for said in [said for said in _said if said[0] == edition_id]:
        del _said[said]
    _remembered.pop(edition_id, None)


def _settled(edition_id: int) -> Mapping[str, OfferedOption]:
    return options_in_edition(edition_id)


def _options(edition: Edition) -> Mapping[str, OfferedOption]:
    protocol, options = text_of(edition)
    overlay = Overlay.model_validate(edition.overlay)
    return {
        option.id: OfferedOption(
            edition.pk,
            edition.number,
            apply_overlay(option, overlay),
            overlay,
            protocol,
            words=edition.translations,
            is_open=is_open(edition),
        )
        for option in options
    }


def text_of(edition: Edition) -> tuple[Protocol, tuple[Option, ...]]:
    """Return the protocol an edition follows and its options, before the clinic's minutes and prices.

    It is the clinic's own text where the edition carries one, and the release otherwise.
    """
    if edition.content is None:
        return release_protocol(edition.release_id), release_options(edition.release_id)
    protocol = Protocol.model_validate(edition.content)
    return protocol, options_of(protocol, installed_protocol)


@lru_cache(maxsize=64)
def release_protocol(release_id: int) -> Protocol:
    """Return the protocol of an installed release."""
    return Protocol.model_validate(ProtocolRelease.objects.get(pk=release_id).content)


def release_options(release_id: int) -> tuple[Option, ...]:
    """Return the options of an installed release, combined with the installed versions it names."""
    return options_of(release_protocol(release_id), installed_protocol)


def installed_protocol(treatment: str, version: str) -> Protocol:
    """Return an installed release. Raises ``KeyError``."""
    row = ProtocolRelease.objects.filter(treatment=treatment, version=version).values_list("pk", flat=True).first()
    if row is None:
        raise KeyError(f"{treatment} {version}")
    return release_protocol(row)


def latest_release(treatment: str) -> ProtocolRelease:
    """Return the newest installed release of a treatment. Raises ``NotFound``."""
    rows = list(ProtocolRelease.objects.filter(treatment=treatment).defer("source", "content"))
    if not rows:
        raise NotFound(f"No protocol '{treatment}' is installed. Run `vesicle protocols install`.")
    return max(rows, key=lambda row: version_key(row.version))


def edition(actor: Actor, edition_id: int) -> Edition:
    """Return an edition of the actor's clinic. Raises ``NotFound``."""
    actor.require(SEE)
    rows = Edition.objects.select_related("release", "created_by").prefetch_related("approvals__approved_by")
    found = rows.filter(clinic_id=actor.clinic_id, pk=edition_id).first()
    if found is None:
        raise NotFound("We could not find that edition.")
    return found


def editions(actor: Actor, treatment: str | None = None) -> list[Edition]:
    """Return the clinic's editions, newest first; of one treatment, or of all."""
    actor.require(SEE)
    rows = Edition.objects.filter(clinic_id=actor.clinic_id)
    if treatment is not None:
        rows = rows.filter(treatment=treatment)
    rows = rows.select_related("release", "created_by").prefetch_related("approvals__approved_by")
    return list(rows.order_by("treatment", "-number"))


def signature_in_force(edition_id: int) -> EditionApproval | None:
    """Return the signature that put an edition into force, or will; ``None`` while it is not approved."""
    rows = EditionApproval.objects.filter(edition_id=edition_id, revision=F("edition__revision"))
    rows = rows.exclude(edition__status__in=(Edition.Status.DRAFT, Edition.Status.IN_REVIEW))
    return rows.select_related("approved_by").order_by("approved_at", "pk").last()


def signatures_needed(clinic_id: int) -> int:
    """Return how many people have to sign an edition at a clinic: one, unless its medical director asked for two."""
    rows = SigningRule.objects.filter(clinic_id=clinic_id).order_by("-decided_at", "-pk")
    return rows.values_list("signatures", flat=True).first() or 1


def signing_rules(actor: Actor) -> list[SigningRule]:
    """Return every decision on how many signatures are needed, newest first."""
    actor.require(SEE)
    rows = SigningRule.objects.filter(clinic_id=actor.clinic_id).select_related("decided_by")
    return list(rows.order_by("-decided_at", "-pk"))


@dataclass(frozen=True, slots=True)
class Signing:
    """Who has signed an edition that is in review, how many people have to, and who is still needed."""

    needed: int
    given: tuple[EditionApproval, ...]

    @property
    def is_complete(self) -> bool:
        """Whether enough people signed, a medical director among them."""
        return len(self.given) >= self.needed and any(one.is_director for one in self.given)

    @property
    def waits_for(self) -> str:
        """Whose signature is still needed, in words; empty when nobody's is."""
        if self.is_complete:
            return ""
        if not any(one.is_director for one in self.given):
            other = " and another licensed provider" if self.needed - len(self.given) > 1 else ""
            return f"the medical director{other}"
        return "another licensed provider or medical director"


def signing(edition: Edition) -> Signing:
    """Return where the signatures of an edition stand."""
    return Signing(signatures_needed(edition.clinic_id), tuple(edition.signatures))


def texts_before(actor: Actor, edition: Edition) -> list[EditionText]:
    """Return the texts a draft had before, the last first, without their content."""
    actor.require(SEE)
    rows = EditionText.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk).defer("content")
    return list(rows.select_related("replaced_by").order_by("-revision"))


def words_saved(actor: Actor, edition: Edition) -> list[EditionWords]:
    """Return every saved state of an edition's words, the last first."""
    actor.require(SEE)
    rows = EditionWords.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk)
    return list(rows.select_related("saved_by").order_by("-revision"))


def known_options() -> set[str]:
    """Return the ids of all options of the newest installed releases; what an alternative may name."""
    newest: dict[str, tuple[tuple[int, ...], int]] = {}
    for pk, treatment, version in ProtocolRelease.objects.values_list("pk", "treatment", "version"):
        newest[treatment] = max(newest.get(treatment, ((), 0)), (version_key(version), pk))
    return options_named([release_protocol(pk) for _, pk in newest.values()])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clinic stands with one treatment: what is in force, to come and in preparation; what could be newer."""

    treatment: str
    title: str
    newest_version: str
    approved: Edition | None
    scheduled: Edition | None
    open: tuple[Edition, ...]
    count: int

    @property
    def is_behind(self) -> bool:
        """Whether a newer release than the approved one is installed."""
        return self.approved is not None and self.approved.release.version != self.newest_version


def standings(actor: Actor) -> list[Standing]:
    """Return every installed treatment in the order of the house, with the clinic's editions of it."""
    newest: dict[str, ProtocolRelease] = {}
    for release in ProtocolRelease.objects.defer("source", "content"):
        known = newest.get(release.treatment)
        if known is None or version_key(release.version) > version_key(known.version):
            newest[release.treatment] = release
    mine: dict[str, list[Edition]] = {}
    for row in editions(actor):
        mine.setdefault(row.treatment, []).append(row)
    rows = sorted(((release.pk, treatment) for treatment, release in newest.items()), key=_by_treatment)
    return [_standing(treatment, newest[treatment], mine.get(treatment, [])) for _, treatment in rows]


def _standing(treatment: str, release: ProtocolRelease, mine: list[Edition]) -> Standing:
    in_hand, now = (Edition.Status.DRAFT, Edition.Status.IN_REVIEW), clock.now()
    scheduled = next((row for row in mine if row.status == Edition.Status.SCHEDULED), None)
    approved = next((row for row in mine if row.status == Edition.Status.APPROVED), None)
    if scheduled is not None and in_force.is_due(scheduled, now):
        approved, scheduled = scheduled, None
    return Standing(
        treatment=treatment,
        title=release_protocol(release.pk).title,
        newest_version=release.version,
        approved=approved,
        scheduled=scheduled,
        open=tuple(row for row in mine if row.status in in_hand),
        count=len(mine),
    )


def standing(actor: Actor, treatment: str) -> Standing:
    """Return where the clinic stands with one treatment. Raises ``NotFound``."""
    for found in standings(actor):
        if found.treatment == treatment:
            return found
    raise NotFound("No such treatment is installed here.")


@dataclass(frozen=True, slots=True)
class SentBack:
    """Who sent an edition back, when, and what should change."""

    by: str
    at: datetime
    reason: str


def sent_back(actor: Actor, edition: Edition) -> SentBack | None:
    """Return the last return of an edition that is a draft again; ``None`` for one never sent back."""
    actor.require(SEE)
    rows = AuditEntry.objects.filter(clinic_id=actor.clinic_id, object_type=edition._meta.label_lower)
    last = rows.filter(object_id=edition.pk, code="edition.returned").order_by("-at", "-pk").first()
    if last is None or edition.status != Edition.Status.DRAFT:
        return None
    return SentBack(last.actor_name, last.at, str(last.detail.get("reason", "")))


def released_before(actor: Actor, edition: Edition) -> Edition | None:
    """Return the edition that ``edition`` would replace, or replaced.

    Of those with a lower number it is the scheduled one, for nothing else is approved before its moment; or the
    approved one, or the last that ever was.
    """
    rows = [row for row in editions(actor, edition.treatment) if row.number < edition.number]
    signed = [row for row in rows if row.approval is not None]
    wanted = (Edition.Status.SCHEDULED, Edition.Status.APPROVED)
    standing = (row for status in wanted for row in signed if row.status == status)
    return next(standing, signed[0] if signed else None)


def pictures_of(actor: Actor, numbers: Sequence[int]) -> dict[int, Picture]:
    """Return pictures of the clinic by number; one of another clinic is not among them."""
    actor.require(SEE)
    return {row.pk: row for row in Picture.objects.filter(clinic_id=actor.clinic_id, pk__in=numbers)}


def picture_url(sha: str) -> str:
    """Return the address of a clinic's picture. Its content never changes."""
    return reverse("pictures:picture", args=[sha])
