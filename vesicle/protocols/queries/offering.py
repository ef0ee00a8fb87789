"""What is offered, as approved editions alone say it, and what any edition says, in the language of whoever reads.

Approved and retired editions never change, so what was made of one is remembered by its id; which
editions are approved now is asked of the database every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.utils.translation import gettext
from pydantic import BaseModel

from vesicle.core import clock
from vesicle.core.errors import NotFound
from vesicle.protocols import in_force, translating
from vesicle.protocols.models import (
    Edition,
    ProtocolTranslation,
)
from vesicle.protocols.overlay import OF_PROTOCOL, Overlay, apply_overlay, in_language, own_digest, said_in
from vesicle.protocols.queries.releases import by_treatment, installed_protocol, release_options, release_protocol
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
    found = [
        option for edition_id, _ in sorted(rows, key=by_treatment) for option in options_in_edition(edition_id).values()
    ]
    return tuple(in_words_of(option, language) for option in found if option.is_offered)


def offered(clinic_id: int, option_id: str, language: str = translating.ENGLISH) -> OfferedOption:
    """Return one option the clinic offers now. Raises ``NotFound``."""
    treatment = option_id.partition("/")[0]
    edition_id = in_force.numbers(clinic_id, clock.now()).get(treatment)
    found = options_in_edition(edition_id).get(option_id) if edition_id is not None else None
    if found is None or not found.is_offered:
        raise NotFound(gettext("This clinic does not offer that treatment. Choose one of its treatments."))
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
