"""Reads for public pages: what a clinic offers, what it stocks, where it is, and who approved the page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext

from vesicle.clinic import domain as stock
from vesicle.clinic import law
from vesicle.clinic.domain.hours import Period, counts_on, periods
from vesicle.clinic.models import CategoryDecision, Clinic, Hours, Location, Lot, LotRecall, Product, Resource
from vesicle.clinic.queries.stock import product_facts
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.languages import ENGLISH
from vesicle.people.models import Staff
from vesicle.protocols import queries as protocols
from vesicle.protocols.models import Edition, EditionApproval, Picture, PictureSize
from vesicle.protocols.overlay import Overlay, PictureCrop, PlacedPicture
from vesicle.protocols.pictures import public_verdicts
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema import Protocol
from vesicle.protocols.schema.sections import Claim, ProductNeed
from vesicle.website import statement_queries
from vesicle.website.statements.judging import Statement
from vesicle.website.statements.translated import resting_in
from vesicle.website.statements.withdrawing import model_without, overlay_without


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment as the clinic offers it: every way it is given, with the clinic's own words and prices."""

    offered: tuple[OfferedOption, ...]
    resting: Mapping[str, Claim] = field(default_factory=dict)
    """The claims that sentences of the clinic's own rest on, by the fingerprint of the sentence."""
    withdrawn: tuple[Statement, ...] = ()
    """The sentences that lost their evidence or may not be said any more; they are not in the words."""

    @property
    def protocol(self) -> Protocol:
        """The released protocol."""
        return self.offered[0].protocol

    @property
    def overlay(self) -> Overlay:
        """The clinic's part."""
        return self.offered[0].overlay

    @property
    def edition_id(self) -> int:
        """The edition that all of it comes from."""
        return self.offered[0].edition_id

    @property
    def edition_number(self) -> int:
        """Which edition of this clinic it is."""
        return self.offered[0].edition_number

    @property
    def id(self) -> str:
        """The treatment's id."""
        return self.offered[0].option.treatment

    @property
    def title(self) -> str:
        """The treatment's name."""
        return self.offered[0].option.title


def site_revision(clinic_id: int, now: datetime) -> tuple[int, datetime | None]:
    """Return the number that grows with every change a visitor can see, and until when it says all; one query.

    At that moment an edition takes force, whether or not somebody has raised the number for it. An unknown clinic has
    the number 0.
    """
    found = Clinic.objects.filter(pk=clinic_id).values_list("site_revision", "site_moments").first()
    revision, moments = found or (0, [])
    return revision, min((moment for moment in moments if moment > now), default=None)


def treatments(clinic_id: int, language: str = ENGLISH) -> tuple[Treatment, ...]:
    """Return what the clinic offers now, in the order of the house and the words of a language."""
    groups: dict[str, list[OfferedOption]] = {}
    for one in protocols.offered_options(clinic_id):
        groups.setdefault(one.option.treatment, []).append(one)
    found = [Treatment(tuple(group)) for group in groups.values()]
    clean = statement_queries.without_a_doubt([one.edition_id for one in found])
    return tuple(_in_language(_standing(one, is_clean=one.edition_id in clean), language) for one in found)


def _in_language(found: Treatment, language: str) -> Treatment:
    """Return a treatment in other words. A paragraph that lost a sentence is not what was translated: it is English."""
    if language == ENGLISH:
        return found
    said = replace(found, offered=tuple(protocols.in_words_of(one, language) for one in found.offered))
    return replace(said, resting=resting_in(found.overlay, said.overlay, found.resting))


def _standing(found: Treatment, *, is_clean: bool) -> Treatment:
    """Return a treatment without what cannot be said today, and with what the other sentences rest on.

    Off are sentences whose evidence has fallen away and, of an edition that is not ``is_clean``, those that the rules
    of today block. What stays is judged here and now, so it waits for no worker after a change of the rules.
    """
    if is_clean and not found.overlay.links:
        return found
    edition = Edition.objects.select_related("release").get(pk=found.edition_id)
    checked = statement_queries.check(edition, now=clock.now())
    resting = {one.digest: one.claim for one in checked.statements if one.claim is not None}
    withdrawn = checked.fallen if is_clean else (*checked.fallen, *checked.blocked)
    if not withdrawn:
        return replace(found, resting=resting)
    gone = {one.digest for one in withdrawn}
    overlay = overlay_without(found.overlay, gone)
    protocol = found.protocol
    offered = found.offered
    if edition.content is not None:
        protocol = model_without(protocol, gone)
        offered = tuple(replace(one, option=model_without(one.option, gone)) for one in offered)
    offered = tuple(replace(one, overlay=overlay, protocol=protocol) for one in offered)
    return Treatment(offered, resting, withdrawn)


def treatment(clinic_id: int, treatment_id: str, language: str = ENGLISH) -> Treatment:
    """Return one treatment that the clinic offers now. Raises ``NotFound``."""
    return named(treatments(clinic_id, language), treatment_id)


def named(offered: Iterable[Treatment], treatment_id: str) -> Treatment:
    """Return the treatment with an id among those offered. Raises ``NotFound``."""
    for one in offered:
        if one.id == treatment_id:
            return one
    raise NotFound(gettext("This clinic does not offer that treatment. Its treatments are listed on the first page."))


def previewed(actor: Actor, edition_id: int, treatment_id: str, language: str = ENGLISH) -> tuple[Treatment, str]:
    """Return a treatment as an edition of any status has it, and the status in words. For staff who may see editions.

    Raises ``NotPermitted`` for everybody else, ``NotFound`` for another clinic's edition or another treatment's.
    """
    edition = protocols.edition(actor, edition_id)
    offered = tuple(one for one in protocols.options_in_edition(edition.pk).values() if one.is_offered)
    if edition.treatment != treatment_id or not offered:
        raise NotFound("That edition is of another treatment.")
    # A draft is shown as it was written; what may not be said in it stands beside its words, and keeps it back.
    is_clean = edition.status != Edition.Status.APPROVED or bool(statement_queries.without_a_doubt([edition.pk]))
    return _in_language(_standing(Treatment(offered), is_clean=is_clean), language), edition.get_status_display()


@dataclass(frozen=True, slots=True)
class Approval:
    """Who signed the edition, with which licence, and when."""

    name: str
    licence: str
    at: datetime


def approval(edition_id: int) -> Approval | None:
    """Return the signature under an edition, or ``None`` while there is none."""
    row = protocols.signature_in_force(edition_id)
    return None if row is None else Approval(row.approved_by.name, row.licence, row.approved_at)


def approval_days(edition_ids: Iterable[int]) -> Mapping[int, date]:
    """Return the day since which each of these editions is what people read; one never approved is left out.

    It is that of its last signature, or of the later moment chosen for it. One query.
    """
    rows = EditionApproval.objects.filter(edition_id__in=list(edition_ids), revision=F("edition__revision"))
    rows = rows.order_by("approved_at")
    days = rows.values_list("edition_id", "approved_at", "edition__takes_force_at")
    return {edition_id: max(at, moment or at).date() for edition_id, at, moment in days}


# --- products ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StockedProduct:
    """A product on the shelf that may be used for a need of the treatment."""

    name: str
    maker: str
    category: str
    source: str
    route: str


def stocked(clinic: Clinic, needs: Iterable[ProductNeed], *, now: datetime) -> Mapping[str, tuple[StockedProduct, ...]]:
    """Return by need id the products that may be used here, with a lot that is neither expired nor recalled.

    Two queries, whatever the number of needs.
    """
    needs = list(needs)
    recalled = LotRecall.objects.filter(product=OuterRef("product"), code__iexact=OuterRef("code"))
    lots = Lot.objects.filter(product=OuterRef("pk"), expires_on__gte=now.date()).filter(~Exists(recalled))
    wanted = {category for need in needs for category in need.categories}
    rows = Product.objects.filter(clinic_id=clinic.pk, is_active=True, category__in=wanted).filter(Exists(lots))
    on_shelf = list(rows.order_by("name", "pk"))
    decisions = _decisions(clinic, now)
    return {
        need.id: tuple(
            StockedProduct(row.name, row.maker, row.category, row.source, route)
            for row in on_shelf
            if row.category in need.categories
            for route in _allowed_route(row, need, clinic.jurisdiction, decisions)
        )
        for need in needs
    }


def _allowed_route(
    row: Product, need: ProductNeed, jurisdiction: str, decisions: Mapping[str, stock.Decision]
) -> Sequence[str]:
    """Return the first route of the need by which the product may be used here, or nothing."""
    for route in need.routes:
        standing = law.rulebook().standing(row.category, jurisdiction=jurisdiction, route=route)
        if stock.may_use(product_facts(row), need, route, standing, decisions.get(row.category)) is None:
            return [route]
    return []


def _decisions(clinic: Clinic, now: datetime) -> dict[str, stock.Decision]:
    rows = CategoryDecision.objects.select_related("decided_by").filter(
        clinic_id=clinic.pk, jurisdiction=clinic.jurisdiction, decided_at__lte=now
    )
    return {
        row.category: stock.Decision(row.is_allowed, row.document, row.decided_by.name, row.decided_at.date())
        for row in rows.order_by("decided_at", "pk")
    }


# --- pictures ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture of the clinic with its size, so that a page does not jump while it loads."""

    url: str
    alt: str
    caption: str
    width: int
    height: int
    srcset: str = ""


def pictures(clinic_id: int, placed: Sequence[PlacedPicture]) -> tuple[ShownPicture, ...]:
    """Return the clinic's pictures in the order it placed them; one that was removed is left out.

    So is one that may not be public today, as a portrait whose person does not agree: its address answers nobody.
    """
    allowed = [one for one in placed if False not in public_verdicts(clinic_id, one.picture)]
    return tuple(shown for _, shown in pictures_placed(allowed))


def pictures_placed(placed: Sequence[PlacedPicture]) -> tuple[tuple[PlacedPicture, ShownPicture], ...]:
    """Return the same, each beside where it was placed."""
    if not placed:
        return ()
    rows = Picture.objects.in_bulk([one.picture for one in placed])
    sizes: dict[tuple[int, PictureCrop], list[PictureSize]] = defaultdict(list)
    for size in PictureSize.objects.filter(picture__in=rows).order_by("width"):
        crop = PictureCrop(left=size.left, top=size.top, width=size.crop_width, height=size.crop_height)
        sizes[size.picture_id, crop].append(size)
    found = (one for one in placed if one.picture in rows)
    return tuple((one, _shown(one, rows[one.picture], sizes[one.picture, one.crop])) for one in found)


def _shown(placed: PlacedPicture, row: Picture, sizes: Sequence[PictureSize]) -> ShownPicture:
    """Return a picture in the sizes of the part that is shown; one from before there were sizes as it is."""
    if not sizes:
        return ShownPicture(protocols.picture_url(row.sha256), str(placed.alt), placed.caption, row.width, row.height)
    largest = sizes[-1]
    srcset = ", ".join(f"{protocols.picture_url(size.sha256)} {size.width}w" for size in sizes)
    middle = sizes[len(sizes) // 2]
    return ShownPicture(
        protocols.picture_url(middle.sha256), str(placed.alt), placed.caption, largest.width, largest.height, srcset
    )


# --- places -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who treats at a location."""

    name: str
    title: str
    licence: str
    options: tuple[str, ...]
    staff_id: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A location with its hours of today, those to come, its providers and the devices that stand there."""

    location: Location
    hours: tuple[Hours, ...]
    providers: tuple[Provider, ...]
    devices: frozenset[str]
    coming: tuple[Period, ...] = ()

    def offers(self, one: OfferedOption) -> bool:
        """Whether the treatment can be given here: the devices are here, and somebody who may do it is."""
        sections = one.option.sections
        if not {need.kind for need in sections.equipment} <= self.devices:
            return False
        return any(
            provider.licence in sections.qualifications.perform
            and (not provider.options or one.option.id in provider.options)
            for provider in self.providers
        )


def places(clinic_id: int, *, today: date) -> tuple[Place, ...]:
    """Return the clinic's open locations by name. Three queries, whatever their number."""
    locations = list(Location.objects.filter(clinic_id=clinic_id, is_active=True).order_by("name"))
    hours: dict[int, list[Hours]] = {}
    providers: dict[int, dict[int, Provider]] = {}
    rows = Hours.objects.select_related("resource__staff").filter(clinic_id=clinic_id)
    for row in rows.order_by("weekday", "opens", "resource__name"):
        if row.resource is None:
            hours.setdefault(row.location_id, []).append(row)
        elif row.valid_until is not None and row.valid_until < today:
            continue
        elif (found := _provider(row.resource, today)) is not None:
            providers.setdefault(row.location_id, {})[row.resource.pk] = found
    devices: dict[int, set[str]] = {}
    standing = Resource.objects.filter(clinic_id=clinic_id, kind=Resource.Kind.DEVICE, is_active=True)
    for location_id, kind in standing.values_list("location_id", "device_kind"):
        devices.setdefault(location_id or 0, set()).add(kind)
    return tuple(
        Place(
            location,
            tuple(row for row in hours.get(location.pk, ()) if counts_on(row, today)),
            tuple(sorted(providers.get(location.pk, {}).values(), key=lambda provider: provider.name)),
            frozenset(devices.get(location.pk, ())),
            tuple(one for one in periods(hours.get(location.pk, []), today) if one.first and one.first > today),
        )
        for location in locations
    )


def _provider(resource: Resource, today: date) -> Provider | None:
    staff = resource.staff
    if staff is None or not resource.is_active or not works_on(staff, today):
        return None
    return Provider(staff.name, staff.title, staff.licence, tuple(resource.options), staff.pk)


def works_on(staff: Staff, day: date) -> bool:
    """Return whether somebody works here on a day, with a licence that has not run out if they have one."""
    return staff.is_active and (staff.licence_expires_on is None or staff.licence_expires_on >= day)
