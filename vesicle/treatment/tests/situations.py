"""Situations that tests begin with, reached by the services the screens use, so that they are true by construction.

``open_house`` is Alderbrook with every treatment approved and stocked. ``Path`` leads one patient along the path, step
by step: screened, cleared, booked, signed, arrived, started, charted, treated.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from vesicle.candidacy import services as candidacy
from vesicle.candidacy.domain import Answer
from vesicle.candidacy.models import Screening
from vesicle.clinic import services as clinics
from vesicle.clinic.models import Location, Lot, Product
from vesicle.consent import queries as consent_queries
from vesicle.consent import services as consents
from vesicle.consent.models import PhotoConsent, SignedConsent
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.demo import charting
from vesicle.demo.answers import examined, healthy
from vesicle.demo.world import DATA
from vesicle.people.models import Patient, Staff
from vesicle.people.tests.cast import Cast
from vesicle.protocols import services as protocols
from vesicle.protocols.library_files import load_library
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.queries import offered
from vesicle.scheduling import queries as scheduling_queries
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment
from vesicle.treatment import services
from vesicle.treatment.models import Encounter

MONDAY = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""Nine in the morning in Portland, ten in Phoenix; when every situation begins."""
NEEDLED, TOPICAL, PLAIN = "exosome-therapy/microneedling", "exosome-therapy/topical", "microneedling/standard"
GOOD, EXPIRED, RECALLED = "RV-2511", "RV-2399", "RV-2408"


@dataclass
class House:
    """Alderbrook, ready for patients."""

    cast: Cast
    products: dict[str, Product] = field(default_factory=dict)
    lots: dict[tuple[str, str], Lot] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return the actor of that name."""
        return self.cast.actor(name)

    def lot(self, code: str, place: str = "portland") -> Lot:
        """Return a lot by code and location."""
        return self.lots[code, place]


def open_house(cast: Cast, *, treatments: tuple[str, ...] = ()) -> House:
    """Approve an edition of every treatment (or of those named) and fill the cupboards of both locations."""
    protocols.install_library()
    iris = cast.actor("iris")
    for treatment in treatments or load_library().treatments():
        edition = protocols.draft_edition(by=iris, treatment=treatment)
        protocols.submit_for_review(by=iris, edition=edition)
        protocols.approve_edition(by=iris, edition=edition, statement="Read and approved.")
    house = House(cast)
    for row in read_shipped(DATA / "clinic.yaml").data["products"]:
        _stock(house, row)
    return house


def _stock(house: House, row: dict[str, Any]) -> None:
    iris, received = house.actor("iris"), (MONDAY - timedelta(days=90)).date()
    words = {key: row[key] for key in ("name", "maker", "category", "source", "storage", "unit", "gtin")}
    product = clinics.add_product(by=iris, **words, routes=row["routes"])
    house.products[row["key"]] = product
    for lot in row["lots"]:
        for place in (house.cast.portland, house.cast.phoenix):
            house.lots[lot["code"], place.slug] = clinics.receive_lot(
                by=iris,
                product=product,
                location=place,
                code=lot["code"],
                expires_on=received + timedelta(days=30 * lot["months"]),
                quantity=Decimal(lot["quantity"]),
                certificate=f"COA-{lot['code']}",
                received_on=received,
            )
        if lot.get("story") == "recalled":
            reason = "The maker found particles."
            clinics.recall_lot(by=iris, product=product, code=lot["code"], reason=reason, at=MONDAY)


@dataclass
class Path:
    """One patient on the path through the house; every step builds on the one before."""

    house: House
    patient: Patient
    option: str = NEEDLED
    areas: tuple[str, ...] = ("full-face",)
    place: Location | None = None
    provider: Staff | None = None
    screening: Screening | None = None
    appointment: Appointment | None = None
    consent: SignedConsent | None = None
    encounter: Encounter | None = None

    @property
    def me(self) -> Actor:
        """The patient as the one who acts."""
        return self.house.actor("pia" if self.patient == self.house.cast.pia else "tam")

    @property
    def nurse(self) -> Actor:
        """The provider who treats."""
        return self.house.actor("noor")

    @property
    def where(self) -> Location:
        """The location; Portland unless another is given."""
        return self.place or self.house.cast.portland

    def screened(self, **different: Answer) -> "Path":
        """Answer every question as a healthy person would, with some answers different."""
        answers = healthy(born=self.patient.date_of_birth, areas=self.areas, skin="II", **different)
        self.screening = candidacy.screen(
            by=self.me, answers=answers, option=self.option, patient=self.patient, now=clock.now()
        )
        return self

    def cleared(self) -> "Path":
        """Let Iris examine and clear."""
        if self.screening is None:
            self.screened()
        review = candidacy.request_review(by=self.me, screening=self.screening, option=self.option)
        candidacy.decide_review(
            by=self.house.actor("iris"),
            review=review,
            outcome="cleared",
            mode="video",
            reason="Seen by video; nothing speaks against it.",
            signature=self.house.cast.iris.name,
            findings=examined(offered(self.house.cast.clinic.pk, self.option).option.sections.exam),
        )
        return self

    def free_times(self, on: date | None = None, **more: Any) -> list[scheduling_queries.Slot]:
        """Return what is free on a day, by default tomorrow."""
        day = on or clock.day_in(self.where.time_zone, clock.now()) + timedelta(days=1)
        return scheduling_queries.slots(
            more.pop("by", self.me),
            option_id=self.option,
            areas=self.areas,
            location_id=self.where.pk,
            from_=day,
            to=day,
            now=clock.now(),
            provider_id=self.house.cast.noor_column.pk,
            **more,
        )

    def booked(self, on: date | None = None, number: int = 0) -> "Path":
        """Book a free time with Noor."""
        self.cleared()
        self.appointment = scheduling.book_at(
            by=self.me,
            option_id=self.option,
            areas=self.areas,
            location_id=self.where.pk,
            start=self.free_times(on)[number].start,
            patient=self.patient,
            screening=self.screening,
            provider_id=self.house.cast.noor_column.pk,
            now=clock.now(),
        )
        return self

    def sign(self, **changes: Any) -> SignedConsent:
        """Sign what is shown; ``changes`` are for signatures that should not count."""
        document = consent_queries.document_for(self.appointment)
        given = {
            "by": self.me,
            "appointment": self.appointment,
            "shown_hash": document.hash,
            "acknowledgements": [tick.id for tick in document.ticks],
            "signature": self.patient.full_name,
            "now": clock.now(),
        }
        self.consent = consents.sign(**given | changes)
        return self.consent

    def signed(self) -> "Path":
        """Book and sign."""
        self.booked()
        self.sign()
        return self

    def agree_to_photographs(self, use: str = PhotoConsent.Use.CLINICAL, *, yes: bool = True) -> None:
        """Say yes (or no) to a use of photographs."""
        consents.set_photo_consent(
            by=self.me,
            patient=self.patient,
            use=use,
            is_given=yes,
            signature=self.patient.full_name if yes else "",
            now=clock.now(),
        )

    def check_in(self) -> "Path":
        """Arrive at the desk and say that nothing has changed; call it at the time of the appointment."""
        candidacy.reconfirm(by=self.me, screening=self.screening, now=clock.now())
        self.appointment = scheduling.change_state(
            by=self.house.actor("rosa"), appointment=self.appointment, state=Appointment.State.ARRIVED, now=clock.now()
        )
        return self

    def start(self) -> Encounter:
        """Let Noor start the visit."""
        self.encounter = services.start_visit(by=self.nurse, appointment=self.appointment, now=clock.now())
        return self.encounter

    def started(self) -> "Path":
        """Book, sign, arrive on the day and let Noor begin. The clock stands at the start of the visit only inside."""
        self.signed()
        with clock.pretend(self.appointment.starts_at):
            self.check_in()
            self.start()
        return self

    def charted(self) -> "Path":
        """Everything required is charted."""
        if self.encounter is None:
            self.started()
        with clock.pretend(self.appointment.starts_at):
            charting.chart(self.nurse, self.encounter, now=clock.now(), dice=random.Random(7), tone="II")  # noqa: S311
        return self

    def treated(self) -> "Path":
        """Charted and signed at the end of the appointment."""
        self.charted()
        with clock.pretend(self.appointment.ends_at):
            self.encounter = services.sign_encounter(
                by=self.nurse, encounter=self.encounter, signature=self.house.cast.noor.name, now=clock.now()
            )
        return self

    def after(self, **ago: int) -> datetime:
        """Return a moment after the visit: ``path.after(days=2)``."""
        return self.encounter.started_at + timedelta(**ago)
