"""Words and rows for the pages of the visit, from plain data."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.schema.sections import Step
from vesicle.treatment.domain import Missing
from vesicle.treatment.models import ProductUse, StepEntry
from vesicle.treatment.queries import Chart, Treated


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step in the list at the side: how many required records it still lacks, and whether it is open now."""

    id: str
    title: str
    number: int
    lacking: int
    is_current: bool

    @property
    def state(self) -> str:
        """``done`` or ``due``, as the checklist shows it."""
        return "due" if self.lacking else "done"


def progress(steps: Sequence[Step], lacking: Iterable[Missing], current: str) -> list[StepProgress]:
    """Return the list of steps with what each still lacks."""
    counts: dict[str, int] = {}
    for item in lacking:
        counts[item.step] = counts.get(item.step, 0) + 1
    return [
        StepProgress(step.id, step.title, number, counts.get(step.id, 0), step.id == current)
        for number, step in enumerate(steps, 1)
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded value in words."""

    label: str
    value: str
    entry: StepEntry | None = None


@dataclass(frozen=True, slots=True)
class ChartedStep:
    """A step with what was recorded at it."""

    step: Step
    lines: tuple[Line, ...]


def charted_steps(chart: Chart) -> list[ChartedStep]:
    """Return every step of a visit with its recorded values and products, in order."""
    steps = option_of_edition(chart.encounter.edition_id, chart.encounter.option).option.sections.steps
    uses: dict[str, list[ProductUse]] = {}
    for use in chart.uses:
        uses.setdefault(use.step, []).append(use)
    return [ChartedStep(step, (*_values(step, chart), *map(_use, uses.get(step.id, ())))) for step in steps]


def _values(step: Step, chart: Chart) -> Iterable[Line]:
    areas = load_bank().areas
    for record in step.records:
        for (in_step, record_id, area), entry in chart.entries.items():
            if in_step == step.id and record_id == record.id:
                label = f"{record.label}, {areas[area].name}" if area else record.label
                said = "done" if entry.value is True else str(entry.value)
                yield Line(label, f"{said} {entry.unit}".strip(), entry)


def _use(use: ProductUse) -> Line:
    quantity = f"{use.quantity.normalize():f} {use.lot.product.unit}"
    taken_back = " (taken back)" if use.voided_at else ""
    return Line(use.lot.product.name, f"lot {use.lot.code}, until {use.lot.expires_on}, {quantity}{taken_back}")


def recall_csv(rows: Iterable[Treated]) -> str:
    """Return the list of people treated with a lot as CSV, with times in the location's zone."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["patient", "email", "phone", "treated", "location", "provider", "option", "product", "lot", "quantity", "unit"]
    )
    for row in rows:
        local = row.treated_on.astimezone(ZoneInfo(row.zone))
        cells = [row.patient, row.email, row.phone, local.isoformat(timespec="minutes"), row.location, row.provider]
        cells += [row.option, row.product, row.lot, str(row.quantity), row.unit]
        writer.writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Keep spreadsheets from running a cell that begins like a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and not cell[1:2].isdigit() else cell
