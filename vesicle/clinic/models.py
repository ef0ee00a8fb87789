"""Tables for clinics, their locations and resources, hours, products, lots and recalls."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Staff


class Clinic(models.Model):
    """A practice with its own staff, patients and editions. Everything clinical belongs to one.

    ``site_revision`` grows with every change a visitor can see; at each of ``site_moments`` such a change comes by
    itself, whoever raises the revision for it then.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    wordmark_first = models.CharField(max_length=40)
    wordmark_second = models.CharField(max_length=40, blank=True)
    domain = models.CharField(max_length=200, blank=True)
    jurisdiction = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    phone = models.CharField(max_length=30)
    email = models.EmailField()
    emergency_note = models.CharField(max_length=300)
    tagline = models.CharField(max_length=200, blank=True)
    is_demo = models.BooleanField(default=False)
    site_revision = models.PositiveBigIntegerField(default=1)
    site_moments = ArrayField(models.DateTimeField(), default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["domain"], condition=~Q(domain=""), name="one_clinic_per_domain"),
        ]

    def __str__(self) -> str:
        return self.name


class Location(ClinicOwned):
    """A branch of a clinic, with its own zone. ``state`` decides whose practice law applies."""

    name = models.CharField(max_length=80)
    slug = models.SlugField()
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=12)
    phone = models.CharField(max_length=30)
    time_zone = models.CharField(max_length=60)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "slug"], name="location_slug_in_clinic"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="location_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Travel(ClinicOwned):
    """How long a provider needs from one location to the other, in either direction. One row for each pair."""

    first = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="travel_said_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="travel_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.second}: {self.minutes} min"


class Resource(ClinicOwned):
    """Something an appointment occupies: a provider, a room or a device.

    A provider has no location of its own (their hours say where they are); ``device_kind`` matches
    the equipment kinds of the protocols. A room holds ``capacity`` people at a time. ``setup_minutes`` and
    ``cleanup_minutes`` are what this very thing needs before and after each use, where that is more than the
    treatment asks for. ``in_use_from`` and ``retired_on`` say for which days it counts in figures.
    """

    class Kind(models.TextChoices):
        """What it is."""

        PROVIDER = "provider", "Provider"
        ROOM = "room", "Room"
        DEVICE = "device", "Device"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="resources")
    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, null=True, related_name="resource")
    device_kind = models.SlugField(blank=True)
    room_kind = models.SlugField(blank=True)
    capacity = models.PositiveSmallIntegerField(default=1)
    setup_minutes = models.PositiveSmallIntegerField(default=0)
    cleanup_minutes = models.PositiveSmallIntegerField(default=0)
    model_name = models.CharField(max_length=120, blank=True)
    serial_number = models.CharField(max_length=60, blank=True)
    options = ArrayField(models.CharField(max_length=80), default=list)
    is_active = models.BooleanField(default=True)
    in_use_from = models.DateField(null=True)
    retired_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind="provider", staff__isnull=False, location__isnull=True)
                | (~Q(kind="provider") & Q(staff__isnull=True, location__isnull=False)),
                name="resource_is_a_person_or_at_a_location",
            ),
            models.CheckConstraint(condition=~Q(kind="device") | ~Q(device_kind=""), name="devices_have_a_kind"),
            models.CheckConstraint(
                condition=Q(capacity=1) | Q(kind="room", capacity__gte=1, capacity__lte=12),
                name="only_rooms_hold_several",
            ),
            models.CheckConstraint(
                condition=Q(setup_minutes__lte=240, cleanup_minutes__lte=240), name="set_up_and_clean_up_in_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hours(ClinicOwned):
    """Weekly hours in the location's own clock: of the location, or of a provider there.

    ``weekday`` is 0 for Monday. A row without ``resource`` is the location's opening time. Several rows a day leave
    a break between them. Hours that close no later than they open end on the next day. They count from ``valid_from``
    to ``valid_until``, both included, where these are given.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "hours"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_exists"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="hours_begin_before_they_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class Closure(ClinicOwned):
    """A stretch of time in which a location or one resource is not available."""

    class Kind(models.TextChoices):
        """Why, in one word; the calendar shows it."""

        CLOSED = "closed", "Closed"
        TIME_OFF = "time-off", "Time off"
        SICK = "sick", "Off sick"
        MAINTENANCE = "maintenance", "Maintenance"
        BROKEN = "broken", "Broken"
        BLOCKED = "blocked", "Blocked"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CLOSED)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, related_name="closures")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, related_name="closures")
    period = DateTimeRangeField()
    reason = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(location__isnull=False) ^ Q(resource__isnull=False), name="closure_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location or self.resource}: {self.reason}"


class Product(ClinicOwned):
    """A product the clinic stocks: what it is, where it comes from, how it may be used.

    ``category`` is an id of the product categories list. ``regulatory_status`` says per
    jurisdiction what the label and the law allow.
    """

    name = models.CharField(max_length=120)
    maker = models.CharField(max_length=120)
    category = models.SlugField()
    source = models.CharField(max_length=300)
    routes = ArrayField(models.CharField(max_length=40))
    storage = models.CharField(max_length=300)
    unit = models.CharField(max_length=20)
    gtin = models.CharField(max_length=14, blank=True)
    ingredients = models.TextField(blank=True)
    regulatory_status = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "gtin"], condition=~Q(gtin=""), name="gtin_in_clinic"),
            models.UniqueConstraint(fields=["clinic", "maker", "name"], name="product_in_clinic"),
        ]

    def __str__(self) -> str:
        return self.name


class CategoryDecision(ClinicOwned):
    """The clinic's recorded legal decision on a product category that its jurisdiction leaves unclear."""

    category = models.SlugField()
    jurisdiction = models.CharField(max_length=2)
    is_allowed = models.BooleanField()
    document = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.category} in {self.jurisdiction}: {'allowed' if self.is_allowed else 'not allowed'}"


class Lot(ClinicOwned):
    """A lot of a product received at a location. Use and recall are rows of their own.

    ``scan`` is the barcode as read, empty where the code was typed; ``checked_by`` is the second
    person who compared a typed code with the label.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(max_length=40)
    expires_on = models.DateField()
    received_on = models.DateField()
    received_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    quantity_received = models.DecimalField(max_digits=9, decimal_places=2)
    certificate = models.CharField(max_length=200, blank=True)
    scan = models.CharField(max_length=200, blank=True)
    checked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "location", "code"], name="lot_at_location"),
            models.CheckConstraint(condition=Q(quantity_received__gt=0), name="a_lot_has_a_quantity"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["clinic", "code"], name="lot_by_code")]

    def __str__(self) -> str:
        return f"{self.product} {self.code}"


class LotMovement(ClinicOwned):
    """Stock taken from (negative) or put back to (positive) a lot, and why. Appended only."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements")
    quantity = models.DecimalField(max_digits=9, decimal_places=2)
    reason = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.lot}: {self.quantity} ({self.reason})"


class LotRecall(ClinicOwned):
    """A lot withdrawn from use, by its code, at every location of the clinic."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="recalls")
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    recalled_at = models.DateTimeField()
    recalled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "code"], name="one_recall_per_lot"),
        ]

    def __str__(self) -> str:
        return f"recall of {self.product} {self.code}"


class EmbedOrigin(ClinicOwned):
    """A site of the clinic's that may show its public pages in a frame. ``origin`` is written as browsers write it."""

    origin = models.CharField(max_length=280)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "origin"], name="embed_origin_once"),
            models.CheckConstraint(
                condition=Q(origin__regex=r"^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?$"),
                name="embed_origin_is_an_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.origin
