"""``vesicle outcomes export``: results without identity, as files."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.clinic.queries import named_clinic
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.results.outcomes import export, services


class Command(VesicleCommand):
    """Write every result of a clinic as CSV and Parquet with a dictionary, without names, dates or free text."""

    help = "Take out results without identity: CSV, Parquet and a data dictionary."
    group: ClassVar[str] = "Results"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one act there is."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("export", help="write results.csv, results.parquet, dictionary.csv and README.txt")
        one.add_argument("folder", help="a folder that is empty or not there yet")
        one.add_argument("--clinic", default="", help="a clinic's short name (default: the first)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files. Raises ``Invalid`` for a folder that holds something already or cannot be written."""
        folder = Path(options["folder"])
        clinic = named_clinic(options["clinic"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise Invalid(f"{folder} is not empty. Name a new folder; nothing was written.")
            with clinic_scope(clinic.pk):
                found = services.export_results(by=Actor.system(clinic.pk, "command line"), now=clock.now())
            for name, content in export.files(found).items():
                (folder / name).write_bytes(content)
        except OSError as error:
            raise Invalid(f"{folder} cannot be written: {error.strerror or error}.") from error
        data = {"folder": folder, "rows": len(found.rows), "people": found.people}
        self.emit(data, human=lambda: f"{len(found.rows)} values of {found.people} people written to {folder}.")
