"""Sentences about the practice rather than the treatment: opening hours, years in business, paying, parking, posting."""

from __future__ import annotations

import re

from vesicle.website.claims.sentences import of_text

_LONGEST = 45
"""Words up to which a text may be about the practice alone; a longer one says something else as well."""
_HOUSE = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b\s*(?:-|–|—|to|through|&|and|:|/)\s*"
    r"(?:mon|tue|wed|thu|fri|sat|sun|\d|closed|noon)"
    r"|\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b|\bopen (?:daily|late|until|\d|six|seven|on|mon|tue|all)|\bopening hours\b|\b24/7\b"
    r"|\b(?:since|established|est\.?|founded(?: in)?|in business)\s+(?:in )?(?:19|20)\d\d\b"
    r"|\b\d+\s?\+? years (?:of (?:experience|caring|service|practice|combined|trust|excellence)|in (?:business|practice|the))"
    r"|\b(?:free|easy|ample|validated|street|on-?site) parking\b|\bparking (?:is|in|at|behind|lot|garage)\b"
    r"|\b(?:cancel|cancell?ation|no-?show|deposit|late arrival)\w*\b|\breschedul\w+\b(?=.*\b(?:hours|fee|charge)\b)"
    r"|\b(?:financing|financed?|afterpay|klarna|affirm|carecredit|cherry|patientfi|monthly payments?|interest-?free|apr)\b"
    r"|\bgift ?(?:cards?|certificates?|vouchers?)\b|\bmemberships?\b|\b(?:vip|club) members?\b|\bmembers (?:get|save|pay|enjoy)\b"
    r"|\brefer a friend\b|\bpromo(?: code)?\b|\bcoupon\b|\b\d{1,2}\s?% off\b|\b(?:save|get|enjoy) (?:\$\d|\d{1,2}\s?%)"
    r"|\bsubscribe\b|\bnewsletter\b|\bfollow us\b|\btag us\b|\bfree shipping\b|\bships? (?:free|in)\b|\bin stock\b"
    r"|\bposted (?:on|by|in|[a-z]{3,9} \d)|\b(?:published|updated|reviewed) (?:on|by) |\bmin(?:ute)?s? read\b|\bby [A-Z][\w. ]+, (?:MD|DO|RN|NP|PA)\b"
    r"|\b(?:residency|fellowship|board-?certified|medical school|graduated|fellow of the)\b"
    r"|\b(?:voted|named|winner|awarded|award-winning|as seen in|rated) (?:best|top|#|no\.|by|one of|a|the|\d)"
    r"|\b(?:proudly )?serving (?:the )?[A-Z]|\b(?:minutes|miles) (?:from|away from|north|south|east|west)\b|\bnear me\b|\bareas? we serve\b"
    r"|\b(?:\d[\d,]*\s?\+?|two|three|four|five|several|multiple) (?:convenient )?locations\b|\bhappy (?:clients|patients)\b"
    r"|\bet al\b|\bdoi:|\bvol\. \d|\bJ Am\b|\bpp?\. \d|\(\d{4}\);|\b\d+ (?:patients|participants|subjects) (?:were|with|in)\b"
    r"|\b(?:text|call|email|dm|phone|ring) us\b|\bbook online\b|\bclick (?:here|below)\b|\bfill (?:out|in) (?:the|our) form\b"
    r"|\b(?:complimentary|free|virtual|initial) consult\w*\b|\bconsult\w* (?:is|are|fee|costs?) (?:\w+ )?(?:free|complimentary|\$)"
    r"|\bconsultation,? which\b|\bpackages? expires?\b|\barrive (?:\w+ )?(?:minutes? )?(?:early|before)|\bminutes early\b"
    r"|\ball rights reserved\b|\bresults (?:may )?vary\b|\bindividual results\b|\bmy (?:sister|mum|mom|friend|husband)\b"
    r"|\bcookies\b|\bpatients? (?:per|a) year\b|\btreatments? (?:per|a) year\b",
    re.IGNORECASE,
)
_OF_THE_TREATMENT = re.compile(
    r"\b(?:pregnan\w+|isotretinoin|redness|swelling|downtime|sunscreen|spf|numb\w*|peeling|apart|skin (?:is|will|may|looks))\b",
    re.IGNORECASE,
)


def is_of_the_house(text: str) -> bool:
    """Return whether a short text or sentence is about the practice, its prices, hours or people, not the treatment."""
    return (
        not text.endswith("?")
        and len(text.split()) <= _LONGEST and _HOUSE.search(text) is not None and _OF_THE_TREATMENT.search(text) is None
    )


def without_the_house(text: str) -> str:
    """Return a text without its sentences about the practice; empty where nothing else stands in it."""
    if _HOUSE.search(text) is None:
        return text
    sentences = of_text(text)
    kept = [one.text for one in sentences if not is_of_the_house(one.text)]
    return text if len(kept) == len(sentences) else " ".join(kept)
