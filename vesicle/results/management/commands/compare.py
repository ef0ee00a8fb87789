"""``vesicle compare``: what changed between two photographs, and whether it is more than noise."""

import sys
from collections import defaultdict
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
    """Compare two photographs, or two folders with the same file names."""

    help = "Compare photographs from before and after: each change with its interval and a verdict."
    group: ClassVar[str] = "Results"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the question."""
        parser.add_argument("before", type=Path, help="a photograph, or a folder of them")
        parser.add_argument("after", type=Path, help="the same person and view later, or a folder with the same names")
        parser.add_argument("--view", default="front", choices=VIEWS, help="how the face is turned (default: front)")
        parser.add_argument("--day", type=int, help="days between treatment and the later photograph")
        parser.add_argument("--swelling-days", type=int, help="days after treatment in which no change counts")
        parser.add_argument("--jobs", type=int, help="processes (default: all cores)")
        parser.add_argument(
            "--into", type=Path, help="JSON lines to append each result to; a run that was interrupted goes on there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer it."""
        pairs = batch.pairs_in(options["before"], options["after"])
        rest = (options["view"], options["day"], options["swelling_days"])
        rows = batch.resumed(
            batch.compared,
            [(batch.key_of(*pair, about=map(str, rest)), (*pair, *rest)) for pair in pairs],
            into=options["into"],
            jobs=options["jobs"],
            progress=sys.stderr,
        )
        if len(pairs) == 1:
            if why := batch.refusal(rows[0], "changes"):
                raise Invalid(why)
            self.emit(rows[0], human=lambda: _told(rows[0]))
            return
        named = [
            {"before": str(before), "after": str(after), **row}
            for (before, after), row in zip(pairs, rows, strict=True)
        ]
        self.emit(named, human=lambda: "\n\n".join(f"{row['before']} → {row['after']}\n{_told(row)}" for row in named))


def _told(row: dict[str, Any]) -> str:
    lines = [f"  {one['sentence']}" for one in row.get("quality", {}).get("problems", ())]
    nowhere = _nowhere(row["changes"])
    for region, changes in row["changes"].items():
        said = {name: one for name, one in changes.items() if name not in nowhere}
        lines += [REGIONS[region]] if said else []
        for name, one in said.items():
            label = skin.MEASURES[name].label
            if one["percent"] is None:
                lines.append(f"  {label:<28} {one['verdict']}: {one['why']}")
            else:
                span = f"{one['percent']:+.1f} % ({one['low']:+.1f} to {one['high']:+.1f})"
                lines.append(f"  {label:<28} {span}  {one['verdict']}")
    lines += ["Not measurable anywhere"] if nowhere else []
    return "\n".join([*lines, *(f"  {skin.MEASURES[name].label:<28} {why}" for name, why in nowhere.items())])


def _nowhere(changes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the measures that no region has, all for the same reason: it is said once."""
    reasons: dict[str, set[str | None]] = defaultdict(set)
    for found in changes.values():
        for name, one in found.items():
            reasons[name].add(one["why"] if one["percent"] is None else None)
    return {name: only for name, said in reasons.items() if len(said) == 1 and (only := next(iter(said)))}
