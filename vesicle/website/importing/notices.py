"""Texts that are no content whatever element holds them: ways to reach the house, notices, dates, reviews."""

from __future__ import annotations

import re

from vesicle.website.claims.sentences import of_text

_SHORT = 18
"""Words up to which a text with a notice in it is nothing else; of a longer one only that sentence goes."""
_NOTICE = re.compile(
    r"©|all rights reserved|\bcopyright \d{4}|\bweb ?(?:site )?design by\b|\bpowered by\b|\bproudly created\b|"
    r"(?:\+?\d[\d\s().‑-]{8,}\d)|(?<![\d$£€.,-])\b\d{3}[ .‑–-]\d{4}\b(?![-–‑]?\d)|[\w.]+@[\w.]+\.\w|^★|☆|"
    r"\badd to (?:cart|bag|basket)\b|^\W*skip to|"
    r"\b(?:suite|ste\.?|floor|unit) #?\d|\b[A-Z]{2} \d{5}\b|we use (?:\S+ )?cookies|accept all|\baccept.{0,20}cookies|"
    r"\bgoogle (?:rating|reviews?)\b|\b(?:star|stars) (?:rating|reviews?)\b|\b[45](?:\.\d)? (?:stars|out of 5)\b|"
    r"^(?:prev(?:ious)?|next)\b\W{0,3}: |^\W*(?:back to top|table of contents|you are here|breadcrumb|toggle \w+)\b|"
    r"\b(?:guests?|users?|members?) (?:and \w+ \w+ )?online\b|\byou are visitor\b|^hits: ?\d|"
    r"\b(?:written|posted|published|reviewed|updated) by\b|\bpage (?:written|updated)\b|"
    r"\bphoto(?:s|graphy)?(?: credit|:| by)\b|"
    r"\bcontinuing to (?:browse|use|visit)\b|"
    r"\bthird[- ]part(?:y|ies)\b.{0,30}\b(?:services?|cookies?|partners?)\b|"
    r"^(?:top|bottom) of page\W*$|^(?:loading|please wait)\W*$|"
    r"^(?:actor portrayal|model|stock photo|individual results may vary)\W*$|"
    r"^\d+ (?:comments?|thoughts on|shares|likes)\b|"
    r"\bdrop us a (?:line|note)\b|\bwalk-?ins (?:are )?(?:always )?welcome\b|\b(?:holding|booking) fee\b|"
    r"\bto (?:schedule|book|arrange|make) (?:an?|your) (?:appointment|consultation|visit)\b.{0,30}"
    r"\b(?:call|(?:tele)?phone|fax|e-?mail)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][\w’']+ ){1,3}(?:St|Street|Ave|Avenue|Blvd|Boulevard|Rd|Road|Drive|Dr|Lane|"
    r"Ln|Row|Way|Highway|Hwy|Pkwy|Parkway|Plaza|Court|Ct|Place|Pl|Square|Sq|Circle|Terrace|Pike)\b\.?"
)
_QUOTED = re.compile(r"^\s*[\"“«‘'].{12,}", re.DOTALL)
FIRST_PERSON = re.compile(r"\b(?:i|i'm|i’m|i've|i’ve|my|me)\b", re.IGNORECASE)
_SIGNED = re.compile(r"[.!?\"”’]\s*[-–—~]\s?[A-Z][\w.]*(?:[ ,]+(?:[A-Z][\w.]*|\d\d|from [A-Z]\w+)){0,3}\W*$")
"""A review ends with a dash and a name."""
_ALL_QUOTED = re.compile(r"[“\"«][^“”\"«»]{15,}[”\"»]")
_NAMED_BEHIND = re.compile(r"[\"”’]\s*[-–—~]?\s*[A-Z][\w.]*(?:,? [A-Z][\w.]*){0,3}(?:, \w+)?\W*$")
"""Or with its closing mark and a name."""


def is_review(text: str) -> bool:
    """Return whether a text is what somebody said of the house: in quotation marks or signed, and of themselves."""
    if _QUOTED.match(text) and (
        FIRST_PERSON.search(text) or _NAMED_BEHIND.search(text) or _ALL_QUOTED.fullmatch(text.strip())
    ):
        return True
    return _SIGNED.search(text) is not None and FIRST_PERSON.search(text) is not None


def without_notices(text: str) -> str:
    """Return a text without notices and ways to reach the house; empty where nothing else stands in it."""
    if not _has_notice(text):
        return text
    if len(text.split()) <= _SHORT:
        return ""
    return " ".join(one.text for one in of_text(text) if not _has_notice(one.text))


def _has_notice(text: str) -> bool:
    return _NOTICE.search(text) is not None or _STREET.search(text) is not None
