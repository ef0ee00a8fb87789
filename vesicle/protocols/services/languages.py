"""Keep what an edition says in other languages as it is signed, so that a later release of ours changes none of it."""

import hashlib
import json
from collections.abc import Mapping

from vesicle.core import clock
from vesicle.protocols import queries, translating
from vesicle.protocols.models import Edition, ProtocolTranslation


def pin(edition: Edition) -> None:
    """Keep the library's translations with a locked edition; with its first signature, what the next ones sign too."""
    if edition.signatures:
        return
    protocol, options = queries.text_of(edition)
    edition.translations = {
        language: _kept(language, words)
        for language in translating.languages()
        if (words := translating.words_of(protocol, options, language))
    }
    edition.save(update_fields=["translations"])


def _kept(language: str, words: Mapping[str, str]) -> str:
    checksum = checksum_of(language, words)
    ProtocolTranslation.objects.get_or_create(
        checksum=checksum, defaults={"language": language, "texts": words, "kept_at": clock.now()}
    )
    return checksum


def checksum_of(language: str, words: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of translations, whatever their order."""
    text = json.dumps([language, words], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
