"""Claims put into the frames in which advertising puts them, and into those that take them back: every pair of the two."""

from __future__ import annotations

import pytest

from vesicle.website.claims import audit

CORES = """
cure acne|treat rosacea|heal eczema|get rid of psoriasis|clear up dermatitis|reverse alopecia|relieve arthritis|banish melasma
stimulate collagen|boost elastin production|repair damaged cells|regenerate skin|rebuild the dermis|reduce inflammation
activate your cells|increase collagen|regrow hair|kill bacteria|strengthen your immune system|repair DNA|renew skin cells
speed up healing|promote tissue repair|restore the skin barrier|prevent skin cancer|fight infection|reprogram old cells
"""
CORES = [core for line in CORES.strip().splitlines() for core in line.split("|")]

PROMISES = """
Exosomes {}.|Our serum can {}.|It will {} for you.|Exosomes may {}.|Our facial is designed to {}.|Learn how exosomes {}.
Ready to {}?|Why not {} this spring?|It does not only look nice; exosomes {}.|Exosomes not only soothe but also {}.
No other treatment can {} like exosomes.|{} in one session!|Did you know that exosomes {}?|Without surgery, exosomes {}.
Exosomes have been shown to {}.|Say yes to exosomes: they {}.|Exosomes naturally {}, patients say.|Helps {}.|How to {}: exosomes.
Because exosomes {}, you will love them.|“Exosomes {}!” – Amy|Don't wait: {} with exosomes today.|Exosomes {}, without side effects.
Want to {}?|What if you could {}?|Exosomes {} while you sleep.|We use exosomes to {}.|Clinically proven to {}.|Isn't it time to {}?
"""
PROMISES = [frame for line in PROMISES.strip().splitlines() for frame in line.split("|")]

TAKEN_BACK = """
Exosomes do not {}.|Exosomes don’t {}.|Exosomes cannot {}.|It has not been shown to {}.|We do not claim to {}.|Do exosomes {}?
There is no evidence that exosomes {}.|No exosome product has been shown to {}.|Nobody has proved that exosomes {}.|Will it {}?
Nothing here is meant to {}.|We know of no product that can {}.|Exosomes are not intended to {}.|Can exosomes {}?|Does it {}?
It is not known whether exosomes {}.|Whether exosomes {} is unknown.|Claims that exosomes {} are false.|It will never {}.
Beware of pages that promise to {}.|It is illegal to say that exosomes {}.|The FDA has warned sellers who say that exosomes {}.
Neither exosomes nor PRP can {}.|None of our products can {}.|Ask any clinic that says its exosomes {} for proof.
According to the FDA, products said to {} are drugs.|It isn't true that exosomes {}.|Exosomes are unable to {}.
"""
TAKEN_BACK = [frame for line in TAKEN_BACK.strip().splitlines() for frame in line.split("|")]


THINGS = """
guaranteed results|permanent results|stem cell therapy|exosome injections|an FDA-approved exosome serum|a cure for acne
an exosome IV drip|treatment of eczema|hair regrowth|collagen stimulation|skin regeneration|a risk-free treatment
a completely safe treatment|exosomes approved by the FDA|microneedling for teens|inflammation relief|cell renewal
"""
THINGS = [thing for line in THINGS.strip().splitlines() for thing in line.split("|")]

OFFERED = """
{}|{}!|We offer {}.|Enjoy {}.|Our clinic is known for {}.|Now in Austin: {}|Looking for {}?|Book today for {}.|What you get: {}
Discover {} with Dr. Lee.|It means {}.|Not just a facial: {}|There is nothing like {}.|Why not try {}?|Fans of {} will love us.
"""
OFFERED = [frame for line in OFFERED.strip().splitlines() for frame in line.split("|")]

REFUSED = """
We do not offer {}.|We never offer {}.|We cannot promise {}.|Nobody can promise {}.|Do you offer {}?|Is this {}?|This is not {}.
Beware of clinics that promise {}.|No honest clinic offers {}.|The FDA has warned clinics that sell {}.|There is no such thing as {}.
Please do not ask us for {}.|We have never offered {}, and never will.|It is neither {} nor anything like it.|What is {}?
"""
REFUSED = [frame for line in REFUSED.strip().splitlines() for frame in line.split("|")]


def pairs(frames, cores=CORES):
    for frame in frames:
        for core in cores:
            text = frame.format(core)
            yield text[0].upper() + text[1:]


@pytest.mark.parametrize("frame", PROMISES)
def test_a_claim_is_blocked_in_whatever_frame_it_is_promised(frame):
    missed = [text for text in pairs([frame]) if audit(text).verdict != "block"]
    assert not missed


@pytest.mark.parametrize("frame", TAKEN_BACK)
def test_a_claim_that_is_denied_asked_about_or_warned_of_is_not_blocked(frame):
    blocked = [text for text in pairs([frame]) if audit(text).verdict == "block"]
    assert not blocked


@pytest.mark.parametrize("frame", OFFERED)
def test_what_may_not_be_said_is_blocked_wherever_it_is_offered(frame):
    missed = [text for text in pairs([frame], THINGS) if audit(text).verdict != "block"]
    assert not missed


@pytest.mark.parametrize("frame", REFUSED)
def test_what_is_refused_asked_about_or_warned_of_is_not_blocked(frame):
    blocked = [text for text in pairs([frame], THINGS) if audit(text).verdict == "block"]
    assert not blocked
