"""Reads of shown pairs. What the public sees asks at every look whether the patient still agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vesicle.consent import queries as consents
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.people import vault
from vesicle.protocols.queries import offered, option_of_edition
from vesicle.results.models import ShownPair, ShownPicture
from vesicle.results.permissions import SHOW_PAIRS
from vesicle.results.showing.domain import Candidate, Look, Visit, candidates
from vesicle.treatment.models import Encounter, Photo

Because = ShownPair.Because


@dataclass(frozen=True, slots=True)
class Choice:
    """A pair that may be shown, with the visit after which the later photograph was taken."""

    encounter: Encounter
    pair: Candidate
    is_shown: bool

    @property
    def view(self) -> str:
        """The view by name."""
        return str(Photo.View(self.pair.view).label)


def is_offered(clinic_id: int, option: str) -> bool:
    """Whether the clinic offers an option now."""
    try:
        offered(clinic_id, option)
    except NotFound:
        return False
    return True


def choices(actor: Actor) -> list[Choice]:
    """Return every pair that may be chosen now, of patients who agree to public use, in order of time for each."""
    actor.require(SHOW_PAIRS)
    return _choices(actor, consents.agreeing_in_public(actor))


def choice(actor: Actor, before: int, after: int) -> Choice:
    """Return the pair of these two photographs, if it may be chosen now. Raises ``NotFound``."""
    actor.require(SHOW_PAIRS)
    patient = Photo.objects.filter(clinic_id=actor.clinic_id, pk=after).values_list("patient_id", flat=True).first()
    if patient is not None and consents.may_be_public(actor, patient):
        for one in _choices(actor, {patient}):
            if (one.pair.before, one.pair.after) == (before, after):
                return one
    raise NotFound(
        "These two photographs cannot be shown. Both have to be of one view, accepted, and of a patient who agrees to "
        "public use; the later one has to be from after the swelling window of the treatment."
    )


def _choices(actor: Actor, patients: set[int]) -> list[Choice]:
    rows = Encounter.objects.filter(clinic_id=actor.clinic_id, patient__in=patients, signed_at__isnull=False)
    visits: dict[int, list[Encounter]] = defaultdict(list)
    for encounter in rows.select_related("patient", "appointment").order_by("started_at"):
        visits[encounter.patient_id].append(encounter)
    photos: dict[int, list[Photo]] = defaultdict(list)
    taken = Photo.objects.filter(clinic_id=actor.clinic_id, patient__in=visits, encounter__isnull=False)
    for photo in taken.select_related("capture"):
        photos[photo.patient_id].append(photo)
    shown = set(
        ShownPair.objects.filter(clinic_id=actor.clinic_id, taken_down_at=None).values_list("before_id", "after_id")
    )
    found = []
    for patient, all_visits in visits.items():
        for course in _courses(all_visits):
            option = course[0].option
            if not is_offered(actor.clinic_id, option):
                continue
            for pair in _pairs(course, all_visits, photos[patient]):
                last = next(p.encounter_id for p in photos[patient] if p.pk == pair.after)
                encounter = next(visit for visit in course if visit.pk == last)
                found.append(Choice(encounter, pair, (pair.before, pair.after) in shown))
    return found


def _courses(visits: Sequence[Encounter]) -> Iterable[list[Encounter]]:
    """Yield the visits that were booked as one course, and every other visit by itself."""
    courses: dict[tuple[str, int | None, int], list[Encounter]] = defaultdict(list)
    for visit in visits:
        series = visit.appointment.series_id
        courses[visit.option, series, visit.pk if series is None else 0].append(visit)
    return courses.values()


def _pairs(course: Sequence[Encounter], visits: Sequence[Encounter], photos: Sequence[Photo]) -> list[Candidate]:
    first = course[0]
    own = {visit.pk for visit in course}
    looks = [
        Look(photo.pk, photo.view, photo.area, photo.taken_at, photo.week is None, _is_good(photo))
        for photo in photos
        if photo.encounter_id in own and (photo.week is not None or photo.encounter_id == first.pk)
    ]
    since = [Visit(visit.option, visit.started_at) for visit in visits if visit.started_at >= first.started_at]
    window = option_of_edition(first.edition_id, first.option).option.sections.results.swelling_window_days
    return candidates(looks, since, option=first.option, window_days=window)


def _is_good(photo: Photo) -> bool:
    """Whether the gate accepted it; a close-up shows no whole face, and an older photograph has no report."""
    # The photo library is heavy to load, and the desk counts without it.
    from vesicle.results.capture.gate import NO_WHOLE_FACE

    capture = getattr(photo, "capture", None)
    return capture is None or capture.is_for_measuring or capture.kept_because == NO_WHOLE_FACE


def pairs(actor: Actor) -> list[ShownPair]:
    """Return every pair that is or was shown, the newest first."""
    actor.require(SHOW_PAIRS)
    rows = ShownPair.objects.filter(clinic_id=actor.clinic_id).select_related("patient", "shown_by")
    rows = rows.prefetch_related("pictures")
    return list(rows.order_by("-shown_at", "-pk"))


def pair(actor: Actor, pair_id: int) -> ShownPair:
    """Return one pair. Raises ``NotFound``."""
    actor.require(SHOW_PAIRS)
    found = ShownPair.objects.filter(clinic_id=actor.clinic_id, pk=pair_id).select_related("patient").first()
    if found is None:
        raise NotFound("We could not find that pair.")
    return found


def count_taken_down(actor: Actor) -> int:
    """Return how many pairs came down without the owner and nobody has noted yet; none for whoever shows none."""
    if not actor.may(SHOW_PAIRS):
        return 0
    rows = ShownPair.objects.filter(clinic_id=actor.clinic_id, taken_down_at__isnull=False, noted_at=None)
    return rows.exclude(taken_down_because=Because.STAFF).count()


# --- in public --------------------------------------------------------------------------------


def on_page(actor: Actor, option: str) -> list[ShownPair]:
    """Return the pairs an option's page shows now, in the order in which they were chosen. One query while none is."""
    rows = ShownPair.objects.filter(clinic_id=actor.clinic_id, option=option, taken_down_at=None)
    found = list(rows.exclude(before=None).exclude(after=None).prefetch_related("pictures").order_by("shown_at", "pk"))
    if not found:
        return []
    agreed = consents.all_public(actor, {row.patient_id for row in found})
    return [row for row in found if row.patient_id in agreed]


def of_patient(actor: Actor) -> list[ShownPair]:
    """Return the pairs of the patient who asks that are shown now."""
    rows = ShownPair.objects.filter(clinic_id=actor.clinic_id, patient_id=actor.person_id, taken_down_at=None)
    return [row for row in rows.order_by("shown_at") if is_offered(actor.clinic_id, row.option)]


class Gone(Exception):
    """A picture that was shown and is not any more."""


def picture(actor: Actor, token: str, side: str, width: int) -> tuple[bytes, str]:
    """Return a shown picture and its checksum, if it may be seen at this moment.

    Raises ``Gone`` where it was taken down, or where consent or the offer has ended in any other way; ``NotFound`` for
    an address that never was.
    """
    row = ShownPair.objects.filter(clinic_id=actor.clinic_id, token=token).first()
    if row is None:
        raise NotFound("There is no such picture here.")
    if (
        row.taken_down_at is not None
        or not consents.may_be_public(actor, row.patient_id)
        or not is_offered(actor.clinic_id, row.option)
    ):
        raise Gone
    found = ShownPicture.objects.filter(clinic_id=actor.clinic_id, pair=row, side=side, width=width).first()
    if found is None:
        raise NotFound("There is no such picture here.")
    return vault.open_sealed(bytes(found.data), context=context_of(token, side, width)), found.sha256


def context_of(token: str, side: str, width: int) -> str:
    """Return what the bytes of a picture are sealed for."""
    return f"shown:{token}/{side}-{width}"
