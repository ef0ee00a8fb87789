"""What a page says of itself in the vocabulary of schema.org, for machines that read pages.

Only what stands on the page is said, in its words: a test compares every string with the visible text. A treatment is a
``MedicalProcedure`` and never a ``MedicalTherapy``: that type says "to prevent, treat, and cure", which is a claim that
no page of ours makes. Ratings, prices and specialities that nobody printed are left out.

Sources: schema.org (the vocabulary); RFC 8259 with the characters ``<``, ``>`` and ``&`` written as escapes, so that no
text can end the element it stands in. A data block is not run, so the content policy has no say in it (HTML Standard,
"prepare the script element").
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from vesicle.core import languages
from vesicle.website.presenters.notes import Said
from vesicle.website.presenters.places import PlaceEntry
from vesicle.website.presenters.treatment import QuestionAnswer, TreatmentPage

Node = dict[str, Any]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True, slots=True)
class Teller:
    """Who speaks: the clinic as its pages name it, and the address of its site without a slash at the end."""

    site: str
    name: str
    phone: str = ""

    def at(self, path: str) -> str:
        """Return the whole address of a path."""
        return f"{self.site}{path}"


def script(nodes: Iterable[Node]) -> SafeString:
    """Return the nodes as one data block."""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": list(nodes)}, ensure_ascii=False, separators=(",", ":")
    )
    return mark_safe(  # noqa: S308 - what could end the element is escaped
        f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'
    )


def clinic(teller: Teller, **more: object) -> Node:
    """Return the clinic: its name and first page, its phone where one is printed, and what ``more`` adds.

    Search engines want an address of a business. A page that prints none names the same clinic as an ``Organization``.
    """
    node: Node = {
        "@type": "MedicalClinic",
        "@id": teller.at("/#clinic"),
        "name": teller.name,
        "url": teller.at(reverse("website:home")),
    }
    return node | _filled({"telephone": teller.phone, **more})


def first_page(teller: Teller, tagline: str, offered: Sequence[tuple[str, str]], places: Sequence[PlaceEntry]) -> Node:
    """Return the clinic with what it offers (title, path) and its locations, as the first page prints them."""
    services = [{"@type": "MedicalProcedure", "name": title, "url": teller.at(path)} for title, path in offered]
    branches = [_branch(teller, place) for place in places]
    addresses = [branch["address"] for branch in branches]
    return clinic(teller, description=tagline, address=addresses, availableService=services, subOrganization=branches)


def locations(teller: Teller, places: Sequence[PlaceEntry]) -> Node:
    """Return the clinic with its locations, each with its phone, who treats there, and what is offered there."""
    branches = [_branch(teller, place, fully=True) for place in places]
    return clinic(teller, address=[branch["address"] for branch in branches], subOrganization=branches)


def _branch(teller: Teller, place: PlaceEntry, *, fully: bool = False) -> Node:
    node: Node = {
        "@type": "MedicalClinic",
        "@id": teller.at(f"{reverse('website:locations')}#{place.slug}"),
        "name": place.name,
        "url": teller.at(f"{reverse('website:locations')}#{place.slug}"),
        "address": {"@type": "PostalAddress", **_filled(_address(place))},
    }
    more: Node = {"openingHoursSpecification": _hours(place.week)}
    if fully:
        more |= {
            "telephone": place.phone,
            "employee": [{"@type": "Person", "name": person.name} for person in place.people],
            "availableService": [
                {"@type": "MedicalProcedure", "name": title, "url": teller.at(path)} for title, path in place.treatments
            ],
        }
    return node | _filled(more)


def _address(place: PlaceEntry) -> Node:
    return {
        "streetAddress": place.street,
        "addressLocality": place.town,
        "addressRegion": place.state,
        "postalCode": place.postal_code,
    }


def _hours(week: Mapping[int, Sequence[tuple[time, time]]]) -> list[Node]:
    """Return the opening hours, days with the same hours together, in the order of the week."""
    spans: dict[tuple[time, time], list[int]] = {}
    for day in sorted(week):
        for span in week[day]:
            spans.setdefault(span, []).append(day)
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"https://schema.org/{_DAYS[day]}" for day in days],
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }
        for (opens, closes), days in spans.items()
    ]


def crumbs(teller: Teller, trail: Sequence[tuple[str, str]]) -> Node:
    """Return the way to a page: name and path of each step, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": teller.at(path)}
            for place, (name, path) in enumerate(trail, 1)
        ],
    }


def treatment(teller: Teller, page: TreatmentPage, *, path: str, reviewed_on: date | None) -> list[Node]:
    """Return a treatment: the page with who read it and when, the procedure, and the questions with their answers."""
    here = [position for position in page.positions if position.is_here]
    about: Node = {
        "@type": "MedicalProcedure",
        "@id": teller.at(f"{path}#treatment"),
        "name": page.title,
        "alternateName": list(page.synonyms),
        "description": page.headline,
        "url": teller.at(path),
        "howPerformed": [block.way.summary for block in page.ways],
        "legalStatus": [_of_ways(ways, said) for position in here for ways, said in position.sayings],
    }
    read = {
        "lastReviewed": reviewed_on.isoformat() if reviewed_on else "",
        "reviewedBy": {"@type": "Person", "name": page.approver} if page.approver else None,
    }
    return [
        {
            "@type": "MedicalWebPage",
            "@id": teller.at(path),
            "url": teller.at(path),
            "name": page.title,
            "inLanguage": languages.active(),
            "about": {"@id": about["@id"]},
            "publisher": clinic(teller) | {"@type": "Organization"},
            **_filled(read),
        },
        _filled(about),
        *_questions(teller, page.questions, path),
    ]


def _questions(teller: Teller, questions: Sequence[QuestionAnswer], path: str) -> list[Node]:
    """Return the questions; where ways differ, each way's answer is a line of its own that begins with its name."""
    if not questions:
        return []
    return [
        {
            "@type": "FAQPage",
            "@id": teller.at(f"{path}#questions"),
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": each.question,
                    "acceptedAnswer": {
                        "@type": "Answer",
                        "text": "\n".join(_of_ways(way, said) for way, said in each.answers),
                    },
                }
                for each in questions
            ],
        }
    ]


def _of_ways(ways: str, said: Said) -> str:
    """Return a sentence with the ways it holds for before it, as the page prints it."""
    return f"{ways}. {said.text}" if ways else said.text


def _filled(node: Mapping[str, Any]) -> Node:
    """Return what has a value: an empty one would say that there is nothing, which is not known."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}
