"""The demo clinic itself: locations, people, rooms, devices, stock and approved editions, by the services."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from vesicle.clinic import services as places
from vesicle.clinic.models import Clinic, Location, Lot, Product
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.permissions import Role
from vesicle.core.scope import clinic_scope
from vesicle.demo import calendar
from vesicle.people import factors
from vesicle.people import services as people
from vesicle.people.identity import staff_actor
from vesicle.people.models import Staff
from vesicle.protocols import services as protocols
from vesicle.protocols.library_files import load_library
from vesicle.protocols.overlay import Overlay, translated
from vesicle.protocols.parsed import read_shipped
from vesicle.scheduling import services as scheduling
from vesicle.website.profiles import services as profiles
from vesicle.website.profiles.queries import Subject
from vesicle.website.speaking import services as speaking

DATA = Path(__file__).parent / "data"
PASSWORD = "alderbrook demo"  # noqa: S105  # the demo clinic holds nothing real
STATEMENT = "I have read this protocol with our prices and minutes, and approve it for use at Alderbrook Skin."
HISTORY = timedelta(days=245)

Say = Callable[[str], None]


@dataclass
class World:
    """The demo clinic with handles on everything the stories need."""

    clinic: Clinic
    now: datetime
    locations: dict[str, Location] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    lots: dict[tuple[str, str], Lot] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """Return a member of staff as the one who acts."""
        return staff_actor(self.staff[key])

    @property
    def system(self) -> Actor:
        """The installation itself, which sets the clinic up."""
        return Actor.system(self.clinic.pk, "demo loader")


def secret_of(email: str) -> str:
    """Return the fixed authenticator secret of a demo login (base32), the same after every load."""
    return base64.b32encode(hashlib.sha256(f"vesicle demo {email}".encode()).digest()[:20]).decode()


def email_of(key: str, clinic: str = "alderbrook") -> str:
    """Return a demo login's e-mail address."""
    return f"{key}@{clinic}.example"


def build(now: datetime, say: Say) -> World:
    """Build the clinic as it was opened eight months before ``now``, and its neighbor where Otto works."""
    data: dict[str, Any] = read_shipped(DATA / "clinic.yaml").data
    opened = now - HISTORY - timedelta(days=14)
    with clock.pretend(opened):
        protocols.install_library()
        clinic = places.open_clinic(by=Actor.system(0, "demo loader"), is_demo=True, **data["clinic"])
        world = World(clinic, now)
        with clinic_scope(clinic.pk):
            say("locations, rooms and devices")
            _places(world, data)
            _devices(world, data["devices"])
            for visit in data["services"]:
                scheduling.add_service(by=world.system, **visit)
            say("staff")
            for row in data["staff"]:
                world.staff[row["key"]] = _member(world, row)
            calendar.fill(world.system, world.locations, data, now=now)
            say("editions, approved by the medical director")
            approve_everything(world)
            _publish_profiles(world)
            say("products and lots")
            _stock(world, data["products"])
            _say_in_spanish(world)
            scheduling.write_policy(by=world.actor("owen"), now=opened, **data["policy"])
        _neighbor(data["neighbor"])
    return world


def _places(world: World, data: dict[str, Any]) -> None:
    for row in data["locations"]:
        keys = ("slug", "name", "street", "city", "state", "postal_code", "phone", "time_zone", "latitude", "longitude")
        location = places.add_location(by=world.system, **{key: row[key] for key in keys})
        world.locations[row["slug"]] = location
        hours = [(time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))]
        places.set_hours(by=world.system, location=location, week=dict.fromkeys(range(7), hours))
        for room in row["rooms"]:
            places.add_room(by=world.system, location=location, **room)
    for way in data["travel"]:
        first, second = (world.locations[slug] for slug in way["between"])
        places.set_travel(by=world.system, first=first, second=second, minutes=way["minutes"])


def _devices(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        places.add_device(
            by=world.system,
            location=world.locations[row["location"]],
            name=row["name"],
            device_kind=row["kind"],
            model_name=f"{row['name']} (demo)",
            serial_number=row["serial"],
            setup_minutes=row.get("setup_minutes", 0),
        )


def _member(world: World, row: dict[str, Any]) -> Staff:
    email = email_of(row["key"])
    staff = people.add_staff(
        by=world.system,
        email=email,
        name=row["name"],
        title=row["title"],
        roles={Role(role) for role in row["roles"]},
        licence=row.get("licence", ""),
        licence_number=f"DEMO-{row['key'].upper()}" if row.get("licence") else "",
        licence_state=row.get("state", ""),
        licence_expires_on=(world.now + timedelta(days=500)).date() if row.get("licence") else None,
        password=PASSWORD,
    )
    factors.set_up_totp(by=world.system, staff=staff, secret=secret_of(email))
    if row.get("licence"):
        column = places.add_provider_resource(by=world.system, staff=staff)
        for slug, days in row["days"].items():
            week = dict.fromkeys(days, calendar.working_day(row.get("lunch")))
            places.set_hours(by=world.system, location=world.locations[slug], resource=column, week=week)
    return staff


def approve_everything(world: World) -> None:
    """Draft, submit and approve an edition of every treatment, with the clinic's own words and prices."""
    words: dict[str, Any] = read_shipped(DATA / "editions.yaml").data
    spanish: dict[str, Any] = read_shipped(DATA / "spanish.yaml").data["editions"]
    director = world.actor("iris")
    for treatment in load_library().treatments():
        own = Overlay.model_validate(words.get(treatment, {}))
        overlay = translated(own, "es", spanish.get(treatment, {})).model_dump(mode="json", exclude_defaults=True)
        edition = protocols.draft_edition(by=director, treatment=treatment, overlay=overlay)
        protocols.submit_for_review(by=director, edition=edition)
        edition.refresh_from_db()
        protocols.approve_edition(by=director, edition=edition, statement=STATEMENT)


def _publish_profiles(world: World) -> None:
    """Write at the desk what the pages say of people and places, and have the owner publish it."""
    data: dict[str, Any] = read_shipped(DATA / "profiles.yaml").data
    subjects: list[tuple[Subject, dict[str, Any]]] = [
        *((world.staff[key], words) for key, words in data["people"].items()),
        *((world.locations[slug], words) for slug, words in data["locations"].items()),
    ]
    for subject, words in subjects:
        row = profiles.save_draft(by=world.actor("rosa"), subject=subject, words=words, expected_revision=0)
        profiles.publish(by=world.actor("owen"), subject=subject, expected_revision=row.revision)


def _say_in_spanish(world: World) -> None:
    """Have the owner say the clinic's line, its people, places and products in Spanish."""
    data: dict[str, Any] = read_shipped(DATA / "spanish.yaml").data
    said: dict[str, str] = dict(data["site"])
    for key, words in data["people"].items():
        said |= {f"people.{world.staff[key].pk}.{field}": text for field, text in words.items()}
    for slug, words in data["locations"].items():
        said |= {f"locations.{world.locations[slug].pk}.{field}": text for field, text in words.items()}
    said |= {f"products.{world.products[key].pk}.source": text for key, text in data["products"].items()}
    speaking.say(by=world.actor("owen"), language="es", said=said, expected_revision=0)


def _stock(world: World, rows: list[dict[str, Any]]) -> None:
    """Register products and receive their lots at both locations; expired ones arrived while they were good."""
    director = world.actor("iris")
    for row in rows:
        product = places.add_product(
            by=director,
            **{
                key: row.get(key, "")
                for key in ("name", "maker", "category", "source", "storage", "unit", "gtin", "ingredients")
            },
            routes=row["routes"],
            regulatory_status={"US": "see the clinic's register; demo data"},
        )
        world.products[row["key"]] = product
        for lot in row["lots"]:
            expires = (clock.now() + timedelta(days=30 * lot["months"])).date()
            for slug, location in world.locations.items():
                world.lots[lot["code"], slug] = places.receive_lot(
                    by=director,
                    product=product,
                    location=location,
                    code=lot["code"],
                    expires_on=expires,
                    quantity=Decimal(lot["quantity"]),
                    certificate=f"COA-{lot['code']}",
                    received_on=clock.now().date(),
                    checked_by=world.staff["noor"],
                )


def _neighbor(row: dict[str, Any]) -> None:
    """Open the other clinic, so that there is somebody to whom all of this is none of their business."""
    other = places.open_clinic(by=Actor.system(0, "demo loader"), is_demo=True, **row)
    with clinic_scope(other.pk):
        by = Actor.system(other.pk, "demo loader")
        otto = people.add_staff(
            by=by,
            email=email_of("otto", "bellhaven"),
            name="Otto Brandt",
            title="MD",
            roles={Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.FRONT_DESK, Role.OWNER},
            licence="md",
            licence_state="NY",
            password=PASSWORD,
        )
        factors.set_up_totp(by=by, staff=otto, secret=secret_of(email_of("otto", "bellhaven")))
