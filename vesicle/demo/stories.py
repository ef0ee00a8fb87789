"""Who comes to the demo clinic, and what happens to them. Mostly ordinary; some of it awkward on purpose."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from vesicle.candidacy.domain import Answer

ORDINARY = (
    ("exosome-therapy/microneedling", 26),
    ("exosome-therapy/topical", 8),
    ("prp/microneedling", 8),
    ("prp/injection", 4),
    ("microneedling/standard", 14),
    ("microneedling/radiofrequency", 6),
    ("laser-resurfacing/non-ablative-fractional", 6),
    ("laser-resurfacing/ablative-fractional", 4),
    ("chemical-peel/superficial", 10),
    ("chemical-peel/medium", 4),
)
TODAY = (
    ("microneedling/standard", "done", "portland", True),
    ("exosome-therapy/microneedling", "open", "portland", True),
    ("prp/microneedling", "arrived", "portland", True),
    ("exosome-therapy/microneedling", "booked", "portland", False),
    ("chemical-peel/superficial", "booked", "portland", True),
    ("laser-resurfacing/non-ablative-fractional", "booked", "portland", True),
    ("exosome-therapy/topical", "booked", "portland", True),
    ("microneedling/radiofrequency", "booked", "portland", False),
    ("chemical-peel/superficial", "arrived", "phoenix", True),
    ("microneedling/standard", "booked", "phoenix", False),
    ("exosome-therapy/microneedling", "booked", "phoenix", True),
)
"""Option, how far the visit has come, where, and whether the consent is signed."""
ONLY_PORTLAND = ("laser-resurfacing", "microneedling/radiofrequency")
IN_SKIN_TYPES = {"laser-resurfacing": ("I", "II", "III"), "chemical-peel/medium": ("I", "II", "III")}


@dataclass(frozen=True)
class Story:
    """One person's way through the clinic. ``day`` counts from today; ``None`` never gets an appointment.

    ``until`` is the last step taken: screened, reviewed, booked, arrived, open (being charted), done, cancelled,
    no-show.
    """

    option: str
    day: int | None
    until: str = "done"
    location: str = "portland"
    answers: dict[str, Answer] = field(default_factory=dict)
    signs: bool = True
    photographs: bool = True
    answers_check_ins: bool = True
    answers_follow_ups: bool = True
    twist: str = ""
    name: tuple[str, str] | None = None


def stories(dice: random.Random, today: date) -> Iterator[Story]:
    """Yield every story: the named ones first, then the ordinary people."""
    yield from _awkward(today)
    for option, count in ORDINARY:
        for number in range(count):
            day = -4 - int((number + dice.random()) * 238 / count)
            phoenix = not option.startswith(ONLY_PORTLAND) and dice.random() < 0.35
            yield Story(
                option,
                day,
                location="phoenix" if phoenix else "portland",
                photographs=dice.random() < 0.85,
                answers_check_ins=dice.random() < 0.9,
                answers_follow_ups=dice.random() < 0.7,
            )
    for number in range(9):
        option = ORDINARY[number % 5][0] if number % 3 else "exosome-therapy/microneedling"
        yield Story(
            option, 1 + number * 2, "booked", "phoenix" if number % 3 == 1 else "portland", signs=number % 2 == 0
        )
    for option, until, location, signs in TODAY:
        yield Story(option, 0, until, location, signs=signs)


def _awkward(today: date) -> Iterator[Story]:
    """The cases that a clinic meets and a demo usually hides."""
    exosome = "exosome-therapy/microneedling"
    recently = today - timedelta(days=40)
    yield Story(exosome, -210, name=("Pia", "Testwell"), twist="series")
    yield Story(exosome, -2, name=("Tam", "Samplewood"), twist="red-flag")
    yield Story(exosome, -9, twist="outside")
    yield Story(exosome, -75, twist="adverse-event")
    yield Story("microneedling/standard", -60, twist="amended")
    yield Story("microneedling/standard", -48, twist="photo-withdrawn")
    yield Story(exosome, -30, twist="held")
    yield Story(exosome, 3, "booked", twist="consent-withdrawn")
    yield Story("chemical-peel/superficial", -20, "no-show")
    yield Story("prp/microneedling", -16, "cancelled")
    yield Story(exosome, -12, "cancelled", location="phoenix")
    yield Story(exosome, 6, "booked", twist="moved")
    yield Story(exosome, None, "screened", answers={"SCR-PREG": Answer("yes")})
    few = {"SCR-PLT": Answer("yes"), "SCR-PLT.KIND": Answer("very-low")}
    yield Story("prp/injection", None, "screened", answers=few)
    yield Story(exosome, None, "screened", answers={"SCR-ISO": Answer("yes", recently), "SCR-ISO.NOW": Answer("no")})
    yield Story(exosome, None, "screened", answers={"SCR-HSV-NOW": Answer("yes")})
    yield Story(
        "chemical-peel/superficial", None, "screened", answers={"SCR-SUN": Answer("yes", today - timedelta(days=5))}
    )
    yield Story("laser-resurfacing/non-ablative-fractional", None, "screened", answers={"SCR-MELASMA": Answer("yes")})
    yield Story(exosome, None, "screened", answers={"SCR-ANTICOAG": Answer("yes", text="apixaban")})
    yield Story(
        exosome,
        None,
        "screened",
        answers={"SCR-AUTO": Answer("yes", text="thyroid"), "SCR-AUTO.REMISSION": Answer("unsure")},
    )
    yield Story("microneedling/standard", None, "screened", answers={"SCR-HSV-HX": Answer("yes")})
    yield Story("prp/microneedling", None, "screened", answers={"SCR-ANTICOAG": Answer("unsure")})
    yield Story(
        exosome,
        None,
        "reviewed",
        answers={"SCR-KELOID": Answer("yes"), "SCR-KELOID.STRONG": Answer("no")},
        twist="declined",
    )
    yield Story(exosome, 9, "booked", answers={"SCR-HSV-HX": Answer("yes")}, twist="conditions")
    # Long enough ago by the rule as it is; a medical director who makes the wait longer meets this person again.
    cream = {"SCR-RETINOID": Answer("yes", today - timedelta(days=20))}
    yield Story("chemical-peel/superficial", 5, "booked", answers=cream)
    yield Story("microneedling/standard", None, "screened")
    yield Story(exosome, None, "screened", location="phoenix")
