"""A result as a PDF for the chart: one or two pages with curves, verdicts, photographs and what they rest on."""

import base64
import re
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from vesicle.consent import queries as consents
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.documents import as_pdf
from vesicle.results.permissions import READ
from vesicle.treatment import photos

if TYPE_CHECKING:
    from vesicle.results.presenters import Pair
    from vesicle.treatment.models import Encounter

COPIED = audit.define("results.copied", "took a PDF of results")
_MOST_CURVES, _MOST_PAIRS = 6, 2
_STYLE = """
@page { size: Letter; margin: 14mm 16mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8.5pt sans-serif } }
body { font: 9.5pt/1.4 serif; color: #1d2421 }
h1 { font-size: 18pt; font-weight: 400; margin: 0 }
h2 { font-size: 12pt; margin: 1em 0 .2em }
h3 { font-size: 9.5pt; margin: 0 }
dl { display: grid; grid-template-columns: 8em 1fr; gap: .1em 1em }
dd { margin: 0 }
p { margin: .2em 0 }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm 6mm }
.two > * { break-inside: avoid-page }
.two img { width: 100%; max-height: 82mm; object-fit: contain }
svg { width: 100%; height: auto }
.small { font-size: 8pt; color: #4a534e }
"""


_DRAWN = """<style>
text { font: 11px sans-serif; fill: #1d2421 }
.gr { stroke: #d9dcd5; stroke-width: 1 }
.ax, .err { stroke: #4a534e; fill: none }
.base { stroke: #4a534e; stroke-dasharray: 4 3 }
.bd { fill: #e4ece4 }
.noise { fill: #d9d5cb; fill-opacity: .6 }
.ln { fill: none; stroke: #22574a; stroke-width: 2 }
.pt { fill: #fff; stroke: #22574a; stroke-width: 1.8 }
.pt.on { fill: #22574a }
</style>"""
"""WeasyPrint takes the look of a drawing only from inside it."""


def copy_of(*, by: Actor, encounter: "Encounter", context: dict[str, Any]) -> bytes:
    """Return a visit's result as PDF bytes and note who took it. ``context`` is what the page shows.

    Photographs are in it only while the patient agrees to photographs in their record. Raises ``CannotDraw`` where
    Pango is missing; the page can be printed instead.
    """
    by.require(READ)
    agreed = consents.photo_consent(by, encounter.patient_id, consents.Use.CLINICAL)
    pairs: list[Pair] = [pair for pair in context["pairs"] if pair.counts][-_MOST_PAIRS:] if agreed else []
    told = context["photo_curves"]
    shown = told.first
    given = context | {
        "shown": shown[:_MOST_CURVES],
        "left_out": len(shown[_MOST_CURVES:]) + len(told.quiet) + len(told.rest),
        "pictures": [(pair, _inside(by, pair.before.pk), _inside(by, pair.after.pk)) for pair in pairs],
        "has_photographs": bool(context["pairs"]),
        "agreed": agreed,
    }
    text: str = render_to_string("results/chart_copy.html", given)
    text = re.sub(r"<svg\b[^>]*>", lambda found: found.group() + _DRAWN, text)
    data = as_pdf(text, _STYLE)
    audit.record(COPIED, by=by, about=encounter, patient_id=encounter.patient_id, detail={"pairs": len(pairs)})
    return data


def _inside(by: Actor, photo_id: int) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(photos.look_at(by, photo_id)).decode()
