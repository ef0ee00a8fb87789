"""What sentences of a translation rest on: what the English sentences they say again rest on."""

from collections.abc import Mapping

from vesicle.protocols.overlay import Overlay, own_texts
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims.sentences import of_text
from vesicle.website.statements.own_words import digest

_FROM_WEAKEST = ("none", "very-low", "low", "moderate", "high")


def resting_in(english: Overlay, said: Overlay, resting: Mapping[str, Claim]) -> Mapping[str, Claim]:
    """Return the claims that sentences of a translated overlay rest on, by their fingerprints.

    A text with as many sentences as its English goes sentence by sentence. Otherwise nobody can tell which says
    what, so the last sentence carries the weakest of the claims.
    """
    if not resting:
        return resting
    words = {one.place: one.text for one in own_texts(said)}
    found: dict[str, Claim] = {}
    for original in own_texts(english):
        claims = [resting.get(digest(one.text)) for one in of_text(original.text)]
        own = [digest(one.text) for one in of_text(words.get(original.place, ""))]
        if len(own) == len(claims):
            found |= {key: claim for key, claim in zip(own, claims, strict=True) if claim is not None}
        elif own and (several := [claim for claim in claims if claim is not None]):
            found[own[-1]] = min(several, key=lambda claim: _FROM_WEAKEST.index(claim.grade))
    return found
