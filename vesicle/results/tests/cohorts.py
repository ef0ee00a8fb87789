"""Many people treated, for tests of outcomes: copies of one real visit under other names, measured by the services."""

from datetime import date, timedelta

import numpy as np

from vesicle.consent.models import SignedConsent
from vesicle.core import clock
from vesicle.demo.pictures import skin
from vesicle.people import services as people
from vesicle.results import services
from vesicle.results.models import Capture, FollowUp, PhotoMeasure
from vesicle.scheduling.models import Appointment, Series
from vesicle.treatment import photos
from vesicle.treatment.models import Encounter

LATER = timedelta(weeks=40)


def copied(row, **changes):
    """Add a row like another."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    values |= {field.attname: None for field in row._meta.concrete_fields if field.one_to_one and field.null}
    return type(row).objects.create(**values | changes)


def crowd(treated, count, *, providers=("noor",), seed=3, comes=1.0):
    """Return ``count`` people treated as Pia was; each week a person comes with probability ``comes``.

    Hydration rises by 8 units on average at week 12, and by 5 at week 26.
    """
    dice = np.random.default_rng(seed)
    house, first = treated.house, treated.encounter
    found = []
    for number in range(count):
        patient = people.register_patient(
            by=house.actor("rosa"),
            first_name=f"Quill{number}x{seed}",
            last_name="Cohortson",
            date_of_birth=date(1980, 1, 1) + timedelta(days=number + 100 * seed),
            email=f"quill{number}x{seed}@example.org",
            time_zone="America/Los_Angeles",
        )
        appointment = copied(Appointment.objects.get(pk=first.appointment_id), patient_id=patient.pk)
        consent = copied(
            SignedConsent.objects.get(pk=first.consent_id), patient_id=patient.pk, appointment_id=appointment.pk
        )
        visit = copied(
            Encounter.objects.get(pk=first.pk),
            patient_id=patient.pk,
            appointment_id=appointment.pk,
            consent_id=consent.pk,
            provider_id=getattr(house.cast, providers[number % len(providers)]).pk,
        )
        for row in FollowUp.objects.filter(encounter=first).order_by("week"):
            copied(row, patient_id=patient.pk, encounter_id=visit.pk)
        level = dice.normal(45, 6)
        for week, gain in ((0, 0), (12, 8), (26, 5)):
            if week and dice.random() > comes:
                continue
            at = first.started_at + timedelta(weeks=week)
            services.record_measurement(
                by=treated.nurse,
                encounter=visit,
                measure_id="OM-CORNEO",
                value=round(float(np.clip(level + gain + dice.normal(0, 2), 0, 120)), 1),
                week=week,
                region="cheek",
                now=at,
            )
        found.append(visit)
    return found


def later(treated):
    """Return a moment when all follow-ups are over."""
    return clock.now() + LATER


def stored(path, lines=0.5, **more):
    """Store a drawn photograph of the visit."""
    give = {"by": path.nurse, "patient": path.patient, "encounter": path.encounter, "view": "front"}
    upload = skin(person=1, tone="II", lines=lines)
    return photos.store(**give | more, upload=upload, taken_at=clock.now(), now=clock.now())


def a_capture(path, **more):
    """Store a drawn photograph of the visit that may be measured."""
    photo = stored(path, lines=0.5 - Capture.objects.count() / 100, **more)
    return Capture.objects.create(
        clinic_id=photo.clinic_id, photo=photo, patient=photo.patient, quality={"accepted": True}, skin="clean",
        is_for_measuring=True, sha256=photo.sha256, checked_at=photo.taken_at,
    )  # fmt: skip


def row_of(photo, **changes):
    """Add a value of a photograph."""
    given = {"region": "forehead", "measure": "wrinkles", "method": "wrinkles/0", "value": 1.0, "unit": "x"}
    given |= {"sem": 0.1, "sdc": 0.3, "basis": "published", "calibration": "none", "px_per_mm": 8.0}
    return PhotoMeasure.objects.create(photo=photo, patient=photo.patient, measured_at=clock.now(), **given | changes)


def a_course(path):
    """Make the visit the first of a course of two."""
    appointment = path.encounter.appointment
    series = Series.objects.create(
        patient=path.patient, edition_id=appointment.edition_id, option=appointment.option, areas=list(path.areas),
        sessions=2, least_days=14, most_days=28, same_provider=False, made_at=clock.now(), made_by_kind="staff",
        made_by_name="Rosa",
    )  # fmt: skip
    Appointment.objects.filter(pk=appointment.pk).update(series=series, position=1)
    return series


def visit_after(path, *, weeks, **booked):
    """Return another signed visit of the same option, so many weeks later."""
    later = timedelta(weeks=weeks)
    was = Appointment.objects.get(pk=path.encounter.appointment_id)
    appointment = copied(was, starts_at=was.starts_at + later, ends_at=was.ends_at + later, **booked)
    first = Encounter.objects.get(pk=path.encounter.pk)
    return copied(first, appointment_id=appointment.pk, started_at=first.started_at + later)
