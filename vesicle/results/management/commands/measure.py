"""``vesicle measure``: what photographs show of the skin."""

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle import skin
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.results.measuring import batch
from vesicle.skin.gate import VIEWS
from vesicle.skin.regions import REGIONS


class Command(VesicleCommand):
    """Measure photographs or folders of them."""

    help = "Measure the skin in photographs: each value with its error, or why there is none."
    group: ClassVar[str] = "Results"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the question."""
        parser.add_argument("photo", nargs="+", type=Path, help="photographs, or folders of them")
        parser.add_argument("--view", default="front", choices=VIEWS, help="how the face is turned (default: front)")
        parser.add_argument("--region", action="append", choices=tuple(REGIONS), help="only this region; repeatable")
        parser.add_argument("--jobs", type=int, help="processes (default: all cores)")
        parser.add_argument(
            "--into", type=Path, help="JSON lines to append each result to; a run that was interrupted goes on there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer it. That skin cannot be measured is an answer; a single file that is no photograph is bad input."""
        found = batch.found_in(options["photo"])
        regions = tuple(options["region"]) if options["region"] else None
        asked = [(path, options["view"], regions) for path in found]
        about = (options["view"], *(regions or ()))
        rows = batch.resumed(
            batch.measured,
            [(batch.key_of(path, about=about), one) for path, one in zip(found, asked, strict=True)],
            into=options["into"],
            jobs=options["jobs"],
            progress=sys.stderr,
        )
        if len(found) == 1:
            if why := batch.refusal(rows[0], "measures"):
                raise Invalid(why)
            self.emit(rows[0], human=lambda: _told(rows[0]))
            return
        named = [{"photo": str(path), **row} for path, row in zip(found, rows, strict=True)]
        self.emit(named, human=lambda: "\n\n".join(f"{row['photo']}\n{_told(row)}" for row in named))


def _told(row: dict[str, Any]) -> str:
    lines = [" ".join(filter(None, (one["sentence"], one.get("advice")))) for one in row["quality"]["problems"]]
    for region, measures in row["measures"].items():
        if measures:
            lines.append(f"{REGIONS[region]}")
        for name, one in measures.items():
            error = f" ± {one['repeatability']:.3g}" if one["repeatability"] is not None else ""
            said = skin.MEASURES[name]
            lines.append(f"  {said.label:<28} {one['value']:10.4g}{error} {one['unit']}  ({one['basis']})")
    # What no region has a value of; of a photograph that was refused the reason stands above already.
    if row["quality"]["accepted"]:
        seen = {name for measures in row["measures"].values() for name in measures}
        missing = {
            reason
            for reasons in row.get("not_measured", {}).values()
            for name, reason in reasons.items()
            if name not in seen
        }
        lines += ["Not measured", *(f"  {reason}" for reason in sorted(missing))] if missing else []
    elif not any(row["measures"].values()):
        lines.append("Nothing was measured.")
    return "\n".join(lines)
