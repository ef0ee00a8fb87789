"""The fixed cast of every test, and the two clinics they work at, made by the services the screens use.

Iris is the medical director, Noor a nurse, Rosa sits at the front desk, Owen owns the clinic, Ines connects other
systems; Pia and Tam are patients. Otto works at another clinic and must never find anything here.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from vesicle.clinic import services as clinics
from vesicle.clinic.models import Clinic, Location, Lot, Product, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.permissions import Role
from vesicle.core.scope import clinic_scope
from vesicle.people import services
from vesicle.people.identity import patient_actor, staff_actor
from vesicle.people.models import Patient, Staff

PASSWORD = "a long enough pass phrase"
WEEKDAYS = {day: [(time(9), time(17))] for day in range(5)}
NOOR_IN_PORTLAND = {day: [(time(9), time(17))] for day in range(4)}
NOOR_IN_PHOENIX = {4: [(time(9), time(16))]}


@dataclass
class Cast:
    """Everybody, and where they work. ``actor("noor")`` is Noor as the one who asks."""

    clinic: Clinic
    other: Clinic
    portland: Location
    phoenix: Location
    bellhaven: Location
    iris: Staff
    noor: Staff
    rosa: Staff
    owen: Staff
    ines: Staff
    otto: Staff
    pia: Patient
    tam: Patient
    iris_column: Resource
    noor_column: Resource
    rooms: list[Resource]
    devices: list[Resource]

    def actor(self, name: str) -> Actor:
        """Return the actor of that name, or ``visitor`` or ``system``."""
        if name == "visitor":
            return Actor.visitor(self.clinic.pk)
        if name == "system":
            return Actor.system(self.clinic.pk, "Test job")
        person = getattr(self, name)
        return patient_actor(person) if isinstance(person, Patient) else staff_actor(person)


def open_alderbrook() -> Clinic:
    """Open the clinic that most tests happen at."""
    return clinics.open_clinic(
        by=Actor.system(0, "Test set-up"),
        slug="alderbrook",
        name="Alderbrook Skin",
        wordmark_first="Alderbrook",
        wordmark_second="Skin",
        jurisdiction="US",
        currency="USD",
        phone="+1 503 555 0100",
        email="hello@alderbrook.example",
        emergency_note="In an emergency call 911.",
    )


def open_bellhaven() -> Clinic:
    """Open the other clinic, where Otto works."""
    return clinics.open_clinic(
        by=Actor.system(0, "Test set-up"),
        slug="bellhaven",
        name="Bellhaven Dermal",
        wordmark_first="Bellhaven",
        wordmark_second="Dermal",
        domain="bellhaven.localhost",
        jurisdiction="US",
        currency="USD",
        phone="+1 212 555 0100",
        email="hello@bellhaven.example",
        emergency_note="In an emergency call 911.",
    )


def gather() -> Cast:
    """Open both clinics and bring everybody in. The caller enters Alderbrook's scope."""
    clinic, other = open_alderbrook(), open_bellhaven()
    with clinic_scope(other.pk):
        bellhaven, otto = _bellhaven(Actor.system(other.pk, "Test set-up"))
    with clinic_scope(clinic.pk):
        by = Actor.system(clinic.pk, "Test set-up")
        portland, phoenix = _portland(by), _phoenix(by)
        rooms, devices = _resources(by, portland, phoenix)
        iris, noor, rosa, owen, ines = _staff(by)
        iris_column, noor_column = _columns(by, portland, phoenix, iris, noor)
        pia, tam = _patients(by)
    return Cast(
        clinic=clinic,
        other=other,
        portland=portland,
        phoenix=phoenix,
        bellhaven=bellhaven,
        iris=iris,
        noor=noor,
        rosa=rosa,
        owen=owen,
        ines=ines,
        otto=otto,
        pia=pia,
        tam=tam,
        iris_column=iris_column,
        noor_column=noor_column,
        rooms=rooms,
        devices=devices,
    )


def _bellhaven(by: Actor) -> tuple[Location, Staff]:
    location = clinics.add_location(
        by=by,
        name="Bellhaven",
        slug="bellhaven",
        street="4 Mill Road",
        city="Bellhaven",
        state="NY",
        postal_code="10012",
        phone="+1 212 555 0100",
        time_zone="America/New_York",
    )
    roles = {Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.FRONT_DESK, Role.OWNER}
    return location, _add(by, "otto@bellhaven.example", "Otto Brandt", roles, "Medical director", "md", "NY")


def _portland(by: Actor) -> Location:
    location = clinics.add_location(
        by=by,
        name="Portland",
        slug="portland",
        street="218 Alder Street",
        city="Portland",
        state="OR",
        postal_code="97204",
        phone="+1 503 555 0100",
        time_zone="America/Los_Angeles",
    )
    clinics.set_hours(by=by, location=location, week=WEEKDAYS)
    return location


def _phoenix(by: Actor) -> Location:
    location = clinics.add_location(
        by=by,
        name="Phoenix",
        slug="phoenix",
        street="77 Palo Verde Lane",
        city="Phoenix",
        state="AZ",
        postal_code="85004",
        phone="+1 602 555 0100",
        time_zone="America/Phoenix",
    )
    clinics.set_hours(by=by, location=location, week=WEEKDAYS)
    return location


def _resources(by: Actor, portland: Location, phoenix: Location) -> tuple[list[Resource], list[Resource]]:
    rooms = [
        clinics.add_room(by=by, location=portland, name="Room 1"),
        clinics.add_room(by=by, location=portland, name="Room 2"),
        clinics.add_room(by=by, location=phoenix, name="Room A"),
    ]
    devices = [
        clinics.add_device(
            by=by, location=portland, name="Pen 1", device_kind="microneedling-pen", serial_number="P-1"
        ),
        clinics.add_device(by=by, location=portland, name="Radiofrequency", device_kind="rf-microneedling"),
        clinics.add_device(by=by, location=phoenix, name="Pen 2", device_kind="microneedling-pen", serial_number="P-2"),
    ]
    return rooms, devices


def _staff(by: Actor) -> tuple[Staff, Staff, Staff, Staff, Staff]:
    director = {Role.MEDICAL_DIRECTOR, Role.PROVIDER}
    return (
        _add(by, "iris@alderbrook.example", "Iris Lindqvist", director, "Medical director", "md", "OR"),
        _add(by, "noor@alderbrook.example", "Noor Haddad", {Role.PROVIDER}, "Nurse", "rn", "OR"),
        _add(by, "rosa@alderbrook.example", "Rosa Marin", {Role.FRONT_DESK}, "Front desk"),
        _add(by, "owen@alderbrook.example", "Owen Pryce", {Role.OWNER}, "Owner"),
        _add(by, "ines@alderbrook.example", "Ines Duarte", {Role.INTEGRATOR}, "Integrator"),
    )


def _add(by: Actor, email: str, name: str, roles: set[Role], title: str, licence: str = "", state: str = "") -> Staff:
    return services.add_staff(
        by=by,
        email=email,
        name=name,
        roles=roles,
        title=title,
        licence=licence,
        licence_number=f"{licence.upper()}-1001" if licence else "",
        licence_state=state,
        licence_expires_on=clock.now().date() + timedelta(days=400) if licence else None,
        password=PASSWORD,
    )


def _columns(by: Actor, portland: Location, phoenix: Location, iris: Staff, noor: Staff) -> tuple[Resource, Resource]:
    iris_column = clinics.add_provider_resource(by=by, staff=iris)
    noor_column = clinics.add_provider_resource(by=by, staff=noor)
    clinics.set_hours(by=by, location=portland, resource=iris_column, week=WEEKDAYS)
    clinics.set_hours(by=by, location=portland, resource=noor_column, week=NOOR_IN_PORTLAND)
    clinics.set_hours(by=by, location=phoenix, resource=noor_column, week=NOOR_IN_PHOENIX)
    return iris_column, noor_column


def _patients(by: Actor) -> tuple[Patient, Patient]:
    pia = services.register_patient(
        by=by,
        first_name="Pia",
        last_name="Sørensen",
        date_of_birth=date(1986, 4, 12),
        email="pia@example.org",
        phone="+1 503 555 0142",
        time_zone="America/Los_Angeles",
        sms_allowed=True,
    )
    tam = services.register_patient(
        by=by,
        first_name="Tam",
        last_name="Nguyen",
        date_of_birth=date(1979, 9, 30),
        email="tam@example.org",
        time_zone="America/Phoenix",
    )
    return pia, tam


# --- what is in the cupboard ------------------------------------------------------------------


@dataclass
class Stock:
    """Products and lots: one that may be used, and one for every way in which one may not."""

    serum: Product
    cord: Product
    numbing: Product
    good: Lot
    expired: Lot
    recalled: Lot
    in_phoenix: Lot
    numbing_lot: Lot


def fill_cupboard(cast: Cast) -> Stock:
    """Register three products and receive their lots. The caller is in Alderbrook's scope.

    ``serum`` is a plant serum that may be used on the skin; ``cord`` is a human-source one nobody has decided on yet,
    so it has no lot.
    """
    iris, today = cast.actor("iris"), clock.now().date()
    serum = clinics.add_product(
        by=iris,
        name="Rosa EV Serum",
        maker="Larkfield Labs",
        category="plant",
        source="Rose stem cell culture",
        routes=["topical-intact", "topical-after-microneedling", "topical-after-laser"],
        storage="2 to 8 °C, away from light",
        unit="mL",
        gtin="04012345678901",
    )
    cord = clinics.add_product(
        by=iris,
        name="Umbra C",
        maker="Corvane Bio",
        category="human-msc-cord-placenta",
        source="Donated umbilical cord",
        routes=["topical-after-microneedling"],
        storage="-20 °C, thawed once",
        unit="mL",
    )
    numbing = clinics.add_product(
        by=iris,
        name="Lidocaine cream 4%",
        maker="Halden Pharma",
        category="topical-anesthetic",
        source="Synthetic",
        routes=["topical-anesthetic"],
        storage="Below 25 °C",
        unit="g",
    )

    def receive(product: Product, code: str, location: Location, expires: int, received: int = 0) -> Lot:
        return clinics.receive_lot(
            by=iris,
            product=product,
            location=location,
            code=code,
            expires_on=today + timedelta(days=expires),
            quantity=Decimal(20),
            certificate=f"COA {code}",
            received_on=today + timedelta(days=received),
        )

    stock = Stock(
        serum=serum,
        cord=cord,
        numbing=numbing,
        good=receive(serum, "RS-2207", cast.portland, 200),
        expired=receive(serum, "RS-1101", cast.portland, -3, received=-300),
        recalled=receive(serum, "RS-1950", cast.portland, 120),
        in_phoenix=receive(serum, "RS-3300", cast.phoenix, 150),
        numbing_lot=receive(numbing, "LC-88", cast.portland, 300),
    )
    clinics.recall_lot(by=iris, product=serum, code="RS-1950", reason="The maker found particles in the vials.")
    return stock
