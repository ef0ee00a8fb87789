"""``vesicle remeasure``: have stored photographs measured by methods that have not seen them."""

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.clinic.queries import named_clinic
from vesicle.core.actor import Actor
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.results.measuring import services
from vesicle.skin.measuring import METHODS


class Command(VesicleCommand):
    """Queue every photograph that a current method has not seen, for workers; values of older versions stay.

    Ended or repeated, it takes up where it was: what is measured is not asked for again.
    """

    help = "Have stored photographs measured again by workers, after a method changed."
    group: ClassVar[str] = "Skin"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how much at once."""
        parser.add_argument("--clinic", default="", help="a clinic's short name (default: the first)")
        parser.add_argument("--most", type=int, default=None, help="queue at most so many photographs now")
        parser.add_argument("--batch", type=int, default=services.BATCH, help="photographs a worker takes at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue them. Raises ``Invalid`` for sizes below one."""
        for name in ("most", "batch"):
            if options[name] is not None and options[name] < 1:
                raise Invalid(f"--{name} is {options[name]}; give 1 or more.")
        clinic = named_clinic(options["clinic"])
        with clinic_scope(clinic.pk):
            by = Actor.system(clinic.pk, "command line")
            queued = services.queue_archive(by=by, most=options["most"], batch=options["batch"])
        data = {"queued": queued, "batch": options["batch"], "methods": dict(METHODS)}
        self.emit(data, human=lambda: f"{queued} photographs queued. `vesicle worker` measures them.")
