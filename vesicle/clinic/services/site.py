"""Tells the public pages that something a visitor can see has changed."""

from django.db import transaction
from django.db.models import F

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import forget_clinics


def site_changed(clinic_id: int) -> None:
    """Raise the clinic's site revision; finished pages of an older one are built again. Called inside a transaction."""
    Clinic.objects.filter(pk=clinic_id).update(site_revision=F("site_revision") + 1)
    # At once for whoever asks in this process, and again for what was asked before others could see the change.
    forget_clinics()
    transaction.on_commit(forget_clinics)
