"""People with photographs from before and after, and somebody to rate them."""

from datetime import date, timedelta

from vesicle.consent import services as consents
from vesicle.core import clock
from vesicle.core.permissions import Role
from vesicle.demo.pictures import skin
from vesicle.people import services as people
from vesicle.people.identity import patient_actor, staff_actor
from vesicle.people.tests.cast import PASSWORD
from vesicle.results.models import RatingTask
from vesicle.results.rating import services
from vesicle.treatment import photos
from vesicle.treatment.models import Encounter

CONCERN = "fine-lines"


def another(path, number, *, agrees=True):
    """Return the visit of one more person, treated as Pia was."""
    patient = people.register_patient(
        by=path.house.actor("rosa"),
        first_name="Visitor",
        last_name=f"Number {number}",
        date_of_birth=date(1980, 1, 1 + number),
        email=f"visitor{number}@example.org",
        time_zone="America/Los_Angeles",
    )
    appointment, consent, encounter = path.encounter.appointment, path.encounter.consent, path.encounter
    for row in (appointment, consent, encounter):
        row.pk, row._state.adding, row.patient = None, True, patient
    appointment.save()
    consent.appointment = appointment
    consent.save()
    encounter.appointment, encounter.consent = appointment, consent
    encounter.save()
    if agrees:
        consents.set_photo_consent(
            by=patient_actor(patient),
            patient=patient,
            use="clinical",
            is_given=True,
            signature=patient.full_name,
            now=clock.now(),
        )
    return Encounter.objects.get(pk=encounter.pk)


def photograph(path, encounter, *, weeks=(None, 12)):
    for week in weeks:
        at = encounter.started_at + timedelta(weeks=week or 0)
        photos.store(
            by=path.nurse,
            patient=encounter.patient,
            encounter=encounter,
            upload=skin(person=encounter.pk, tone="II", lines=0.8 if week is None else 0.3),
            view="front",
            taken_at=at,
            now=at,
            week=week,
        )


def a_rater(path, name):
    """Return somebody who may rate and has met nobody."""
    return people.add_staff(
        by=path.house.actor("iris"),
        email=f"{name.split()[0].lower()}@alderbrook.example",
        name=name,
        roles={Role.MEDICAL_DIRECTOR},
        title="Dermatologist",
        password=PASSWORD,
    )


def opened(path, **changes):
    given = {
        "by": path.house.actor("iris"),
        "option": path.option,
        "concern": CONCERN,
        "view": "front",
        "weeks": (10, 16),
        "raters": [path.house.cast.iris, path.house.cast.noor],
        "now": clock.now(),
    }
    return services.open_round(**given | changes)


def prefer_later(rater, row):
    """Let a rater find every later photograph a little better; return their answers."""
    for task in RatingTask.objects.filter(round=row, rater=rater).order_by("position"):
        score = 1 if task.before_on_left else -1
        yield services.rate(
            by=staff_actor(rater), round_id=row.pk, position=task.position, score=score, now=clock.now()
        )


def photograph_six(path):
    """Give six people a photograph from before and one from week 12; return the path."""
    first = path.encounter.pk
    for number in range(6):
        path.encounter = Encounter.objects.get(pk=first)
        photograph(path, another(path, number))
    return path
