"""``vesicle recall``: everyone treated with a lot."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.clinic.models import Lot
from vesicle.clinic.queries import named_clinic
from vesicle.core.actor import Actor
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import NotFound
from vesicle.core.scope import clinic_scope
from vesicle.treatment import queries


class Command(VesicleCommand):
    """List everyone treated with a lot, at every location of the clinic."""

    help = "Everyone treated with a lot: who, when, where, how to reach them."
    group: ClassVar[str] = "Safety"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the question."""
        parser.add_argument("lot", help="the lot code as it stands on the label")
        parser.add_argument("--clinic", default="", help="a clinic's short name (default: the first)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer it. A lot that was never received is bad input; one that was never used is an empty list."""
        clinic = named_clinic(options["clinic"])
        with clinic_scope(clinic.pk):
            if not Lot.objects.filter(code__iexact=options["lot"]).exists():
                raise NotFound(f"No lot '{options['lot']}' was ever received at {clinic.name}.")
            rows = queries.treated_with(Actor.system(clinic.pk, "command line"), lot_code=options["lot"])
        people = {row.patient_id for row in rows}
        data = {"lot": options["lot"], "people": len(people), "treated": [asdict(row) for row in rows]}
        self.emit(
            data,
            human=lambda: "\n".join([f"{len(people)} people treated with lot {options['lot']}", *map(_line, rows)]),
        )


def _line(row: queries.Treated) -> str:
    return f"{row.treated_on:%Y-%m-%d}  {row.patient:<28} {row.phone or row.email:<28} {row.location}, {row.option}"
