"""The patient's copy of a signed consent as a PDF."""

from django.template.loader import render_to_string

from vesicle.consent.models import SignedConsent
from vesicle.core.documents import as_pdf
from vesicle.core.languages import speaking

_STYLE = """
@page { size: Letter; margin: 18mm 18mm 20mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif } }
body { font: 10.5pt/1.5 serif; color: #1d2421 }
h1 { font-size: 20pt; font-weight: 400 }
h2 { font-size: 13pt; margin: 1.2em 0 .2em; break-after: avoid-page }
li { break-inside: avoid-page }
dl { display: grid; grid-template-columns: 9em 1fr; gap: .2em 1em }
dd { margin: 0 }
p, li { margin: .3em 0 }
.small { font-size: 8.5pt; color: #4a534e }
"""


def copy_of(consent: SignedConsent) -> bytes:
    """Return a signed consent as PDF bytes, exactly as it was signed and in that language.

    Raises ``CannotDraw`` where Pango is missing; the page can be printed instead.
    """
    with speaking(consent.language):
        return as_pdf(render_to_string("consent/copy.html", {"consent": consent}), _STYLE)
