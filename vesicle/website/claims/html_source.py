"""Placeholder until pages are read."""
from vesicle.website.claims.sentences import Sentence

def sentences_of(html: str) -> tuple[Sentence, ...]:
    return ()
