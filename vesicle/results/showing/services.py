"""Show a pair in public, and take it down: by staff, by the patient's no, or with the option."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from vesicle.clinic.models import Clinic
from vesicle.clinic.services.site import site_changed
from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.people import vault
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition
from vesicle.results.models import ShownPair, ShownPicture
from vesicle.results.permissions import SHOW_PAIRS
from vesicle.results.showing import queries
from vesicle.treatment import photos
from vesicle.website.claims import audit as judged

if TYPE_CHECKING:
    from vesicle.results.showing.domain import Crop
    from vesicle.results.showing.rendering import Laid

SHOWN = audit.define("results.pair-shown", "chose photographs of a patient and showed them on a public page")
TAKEN_DOWN = audit.define("results.pair-taken-down", "took photographs of a patient off a public page")
NOTED = audit.define("results.pair-noted", "noted that photographs came off a public page")

Because = ShownPair.Because
MOST_ON_A_PAGE = 12


def laid_for(*, by: Actor, before: int, after: int) -> Laid:
    """Return two photographs as the pair they would be shown as; that they were looked at is in the audit trail.

    Raises ``NotFound`` for a pair that may not be chosen, ``Conflict`` where they do not show the same.
    """
    # The photo library is heavy to load, and a patient's "no" has to be quick.
    from vesicle.results.showing.rendering import NotTheSame, laid

    by.require(SHOW_PAIRS)
    queries.choice(by, before, after)
    try:
        return laid(photos.read_for_public(by, before), photos.read_for_public(by, after))
    except NotTheSame:
        raise Conflict(
            "The two photographs do not show the same face in the same view, so they cannot be laid over each other."
        ) from None


def show(
    *, by: Actor, before: int, after: int, crop: Crop, alt_before: str, alt_after: str, now: datetime
) -> ShownPair:
    """Show a patient's pair on the page of the option they were treated with, from now on.

    Raises ``NotFound`` for a pair that may not be chosen, ``Blocked`` where the patient has said no meanwhile,
    ``Conflict`` for one that is shown already, ``Invalid`` for missing or forbidden words.
    """
    from vesicle.results.showing.rendering import rendered

    by.require(SHOW_PAIRS)
    words = _described(by, alt_before=alt_before, alt_after=alt_after)
    pair = laid_for(by=by, before=before, after=after)
    pictures = rendered(pair, crop)
    with transaction.atomic():
        patient = queries.choice(by, before, after).encounter.patient
        # A "no" takes the same lock: it comes wholly before this and is seen below, or wholly after and finds the pair.
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        consent = consents.photo_consents(by, patient.pk).get(PhotoConsent.Use.PUBLIC)
        if consent is None or not consents.may_be_public(by, patient.pk):
            raise Blocked("The patient does not agree to photographs on public pages, so this one cannot be shown.")
        chosen = queries.choice(by, before, after)
        option = chosen.encounter.option
        here = ShownPair.objects.filter(clinic_id=by.clinic_id, option=option, taken_down_at=None)
        if here.filter(before_id=before, after_id=after).exists():
            raise Conflict("This pair is shown already. Take it down to show it in another way.")
        if here.count() >= MOST_ON_A_PAGE:
            raise Conflict(f"A page shows at most {MOST_ON_A_PAGE} pairs. Take another one down first.")
        row = ShownPair.objects.create(
            clinic_id=by.clinic_id,
            option=option,
            patient=patient,
            encounter=chosen.encounter,
            before_id=before,
            after_id=after,
            consent=consent,
            token=secrets.token_urlsafe(32),
            view=chosen.pair.view,
            area=chosen.pair.area,
            weeks=chosen.pair.weeks,
            sessions=chosen.pair.sessions,
            areas=[chosen.pair.area] if chosen.pair.area else list(chosen.encounter.areas),
            is_registered=pair.is_registered,
            left=crop.left,
            top=crop.top,
            width=crop.width,
            height=crop.height,
            **words,
            shown_at=now,
            shown_by_id=by.person_id,
        )
        for one in pictures:
            ShownPicture.objects.create(
                clinic_id=by.clinic_id,
                pair=row,
                side=one.side,
                width=one.width,
                height=one.height,
                sha256=hashlib.sha256(one.data).hexdigest(),
                data=vault.seal(one.data, context=queries.context_of(row.token, one.side, one.width)),
            )
        detail = {"option": option, "before": before, "after": after, "consent": consent.pk}
        audit.record(SHOWN, by=by, about=row, patient_id=patient.pk, detail=detail)
        site_changed(by.clinic_id)
    return row


def _described(by: Actor, **given: str) -> dict[str, str]:
    """Return the descriptions without the space around them. Raises ``Invalid`` for what may not stand on a page."""
    problems = {}
    words = {field: text.strip() for field, text in given.items()}
    jurisdiction = Clinic.objects.values_list("jurisdiction", flat=True).get(pk=by.clinic_id)
    for field, text in words.items():
        if not text:
            problems[field] = "Say what it shows, for people who cannot see it."
        elif len(text) > 200:
            problems[field] = "At most 200 characters."
        else:
            found = judged(text, jurisdiction=jurisdiction)
            if found.verdict == "block":
                problems[field] = " ".join(f"{one.why} {one.safer}".strip() for one in found.patterns)
    if problems:
        raise Invalid("Nothing is shown yet. Please look at what is marked.", fields=problems)
    return words


def take_down(*, by: Actor, pair: ShownPair, now: datetime) -> None:
    """Take a pair off its page. Raises ``Conflict`` where it came down already."""
    by.require(SHOW_PAIRS)
    with transaction.atomic():
        rows = ShownPair.objects.filter(clinic_id=by.clinic_id, pk=pair.pk)
        if not _take_down(by, rows, Because.STAFF, now):
            raise Conflict("This pair is not shown any more.")


def note(*, by: Actor, pair: ShownPair, now: datetime) -> None:
    """Note that one has read that a pair came down."""
    by.require(SHOW_PAIRS)
    with transaction.atomic():
        rows = ShownPair.objects.filter(clinic_id=by.clinic_id, pk=pair.pk, taken_down_at__isnull=False, noted_at=None)
        if rows.update(noted_at=now):
            audit.record(NOTED, by=by, about=pair, patient_id=pair.patient_id)


def after_photo_decision(actor: Actor, decision: PhotoConsent, now: datetime) -> None:
    """Take down what a patient's no ends: on public pages, and in the record that public use rests on."""
    if not decision.is_given and decision.use in (PhotoConsent.Use.PUBLIC, PhotoConsent.Use.CLINICAL):
        rows = ShownPair.objects.filter(clinic_id=actor.clinic_id, patient_id=decision.patient_id)
        _take_down(actor, rows, Because.WITHDRAWN, now)


def after_approval(actor: Actor, edition: Edition, replaced: Edition | None) -> None:
    """Take down the pairs of options that a new edition does not offer any more."""
    _no_longer_offered(actor, edition.treatment)


def after_retirement(actor: Actor, edition: Edition) -> None:
    """Take down the pairs of a treatment that is not offered any more."""
    _no_longer_offered(actor, edition.treatment)


def _no_longer_offered(actor: Actor, treatment: str) -> None:
    here = ShownPair.objects.filter(clinic_id=actor.clinic_id, option__startswith=f"{treatment}/", taken_down_at=None)
    options = sorted(set(here.values_list("option", flat=True)))
    gone = [option for option in options if not queries.is_offered(actor.clinic_id, option)]
    if gone:
        _take_down(actor, here.filter(option__in=gone), Because.NOT_OFFERED, clock.now())


def _take_down(actor: Actor, rows: Iterable[ShownPair], because: str, now: datetime) -> int:
    """Take down those of ``rows`` that are shown; return how many. Inside a transaction."""
    numbers = [row.pk for row in rows]
    here = ShownPair.objects.select_for_update(no_key=True).filter(
        clinic_id=actor.clinic_id, pk__in=numbers, taken_down_at=None
    )
    found = list(here.order_by("pk"))
    for row in found:
        row.taken_down_at, row.taken_down_because, row.taken_down_by_name = now, because, actor.name
        row.noted_at = now if because == Because.STAFF else None
        row.save(update_fields=["taken_down_at", "taken_down_because", "taken_down_by_name", "noted_at"])
        ShownPicture.objects.filter(clinic_id=actor.clinic_id, pair=row).delete()
        audit.record(
            TAKEN_DOWN,
            by=actor,
            about=row,
            patient_id=row.patient_id,
            detail={"option": row.option, "because": because},
        )
    if found:
        site_changed(actor.clinic_id)
    return len(found)
