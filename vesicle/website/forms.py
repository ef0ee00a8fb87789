"""Forms of the staff pages: they read and show; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vesicle.website.importing.source import MOST_BYTES

LONGEST_PASTE = 2_000_000


class ImportForm(forms.Form):
    """A page to read: a file, or its HTML pasted."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("The page as your browser saves it (HTML only). Up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".html,.htm,text/html"}),
    )
    html = forms.CharField(
        label=_("Or paste its HTML"),
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        help_text=_("Nothing is fetched from the web, and nothing you paste is run."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any] | None:
        """Want one of the two."""
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("html"):
            raise forms.ValidationError(_("Choose a file, or paste the HTML of the page."))
        if given.get("file") and (given.get("html") or "").strip():
            raise forms.ValidationError(
                _(
                    "Give one page: a file, or its HTML, not both. "
                    "What you pasted is still here; empty the field to have the file read."
                )
            )
        return given

    def page(self) -> tuple[bytes | str, str]:
        """Return what was given and its name."""
        file = self.cleaned_data.get("file")
        if file:
            return file.read(MOST_BYTES + 1), str(file.name)[:120]
        return str(self.cleaned_data["html"]), str(_("The pasted page"))
