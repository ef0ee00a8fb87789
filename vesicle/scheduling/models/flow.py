"""Where a patient stands within the visit: every step with who and when, and the one that counts now."""

from typing import ClassVar

from django.db import models

from vesicle.clinic.models import Resource
from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.scheduling.models.appointments import Appointment


class FlowStep(AppendOnly):
    """One step of a patient through the visit. Appended only; a step taken back is a row that ``undoes`` it.

    ``place`` counts the steps of this visit's way (``domain.flow.way``). ``phase`` is the id of the plan's phase that
    runs, for ``phase`` alone. ``room`` is where they are, if said.
    """

    class Kind(models.TextChoices):
        """What happened."""

        ARRIVED = "arrived", "Checked in"
        IN_ROOM = "in-room", "In the room"
        PHASE = "phase", "Phase running"
        WITH_PROVIDER = "with-provider", "With the provider"
        DONE = "done", "Done"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="flow")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    place = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=60, blank=True)
    room = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind="phase") ^ models.Q(phase=""), name="a_running_phase_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{'took back ' if self.undoes_id else ''}{self.kind} at {self.at:%Y-%m-%d %H:%M} UTC"


class Stage(ClinicOwned):
    """The step that counts now, for the board; no row before the patient has come. Kept by the verbs of the flow."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, primary_key=True, related_name="stage")
    step = models.ForeignKey(FlowStep, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=FlowStep.Kind.choices)
    place = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=60, blank=True)
    room = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} since {self.since:%Y-%m-%d %H:%M} UTC"
