"""The demo clinic, loaded in a small form by the services the screens use: true, awkward, whole or not at all."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from vesicle.aftercare.models import AdverseEvent, Alert, CheckIn
from vesicle.clinic.models import Clinic, LotRecall
from vesicle.core import audit, clock
from vesicle.core.errors import Conflict
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.demo import loader
from vesicle.demo.loader import load
from vesicle.demo.logins import logins
from vesicle.people.identity import staff_actor
from vesicle.people.models import Hold, Message, Patient, Staff
from vesicle.protocols.language_queries import spoken
from vesicle.protocols.models import Edition
from vesicle.results.models import FollowUp, Measurement
from vesicle.scheduling.models import Appointment, Fee, FeeEntry, VisitResult
from vesicle.treatment import queries as visits
from vesicle.treatment.models import Amendment, Encounter
from vesicle.website.models import Profile
from vesicle.website.speaking import queries as speaking

pytestmark = pytest.mark.django_db


def quiet(*said):
    """Hear nothing."""


def test_a_small_demo_has_every_step_and_its_awkward_cases_and_the_command_says_its_logins(monkeypatch):
    small, out = load, io.StringIO()
    monkeypatch.setattr("vesicle.demo.management.commands.demo.load", lambda **given: small(**given, most=12))
    call_command("demo", "load", "--json", stdout=out, stderr=io.StringIO())
    now = clock.now()
    said = json.loads(out.getvalue())
    assert (said["clinic"], len(said["logins"])) == ("alderbrook", 7)
    with every_clinic("the test finds the one there is"):
        clinic = Clinic.objects.get(slug="alderbrook")
    with clinic_scope(clinic.pk):
        assert Patient.objects.count() == 12
        assert Edition.objects.filter(status="approved").count() == 5
        assert Profile.objects.filter(shown__isnull=False).count() == 7
        owner = staff_actor(Staff.objects.get(user__email="owen@alderbrook.example"))
        assert {line.state for line in speaking.lines(owner, "es")} == {"said"}
        editions = Edition.objects.filter(status="approved").select_related("release")
        assert [one.own_missing for edition in editions for one in spoken(edition)] == [0] * 5
        states = set(Appointment.objects.values_list("state", flat=True))
        assert {"done", "cancelled", "no-show", "booked"} <= states
        settled = set(FeeEntry.objects.values_list("kind", flat=True))
        assert Fee.objects.count() > 1
        assert settled == {"waived"}
        for model in (AdverseEvent, Amendment, Hold, LotRecall, Alert, VisitResult):
            assert model.objects.exists(), model.__name__
        assert CheckIn.objects.exclude(answered_at=None).exists()
        assert FollowUp.objects.exclude(answered_at=None).exists()
        assert Measurement.objects.filter(week__gt=0, scored_by="device").exists()
        iris = staff_actor(Staff.objects.get(user__email="iris@alderbrook.example"))
        assert all(visits.chart(iris, visit.pk).is_unaltered for visit in Encounter.objects.exclude(signed_at=None))
        # Nothing of the past leaves when the worker starts.
        assert not Message.objects.filter(due_at__lte=now, sent_at=None, cancelled_at=None, failed_at=None).exists()
        assert audit.verify(clinic.pk).faults == ()
    assert clinic.is_demo
    assert {login.email for login in logins(clinic.pk)} >= {"iris@alderbrook.example", "noor@alderbrook.example"}


def test_a_database_with_a_clinic_is_left_alone(clinic):
    with pytest.raises(Conflict):
        load(now=clock.now(), say=quiet, progress=quiet, most=1)
    with pytest.raises(CommandError) as refused:
        call_command("demo", "load", stderr=io.StringIO())
    assert refused.value.returncode == 2
    with every_clinic("the test counts them all"):
        assert Clinic.objects.count() == 2
        assert not Patient.objects.filter(clinic__is_demo=True).exists()


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    def stumble(world):
        assert Patient.objects.exists()
        raise Conflict("The disk is full.")

    monkeypatch.setattr(loader, "_finish", stumble)
    small = load
    monkeypatch.setattr("vesicle.demo.management.commands.demo.load", lambda **given: small(**given, most=1))
    with pytest.raises(CommandError):
        call_command("demo", "load", stderr=io.StringIO())
    with every_clinic("the test looks for leftovers of any clinic"):
        assert not Clinic.objects.exists()
        assert not Patient.objects.exists()
        assert not Staff.objects.exists()
