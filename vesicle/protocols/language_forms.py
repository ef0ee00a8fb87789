"""The form in which a clinic says its own words in another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from vesicle.protocols.language_queries import OwnLine

LONGEST = 2000
_A_LINE = 90


class TranslationForm(forms.Form):
    """One field for every text of the clinic's own, under the name of its place.

    A translation whose English changed says so. It counts again once it is changed, or ticked as still right.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, lines: Sequence[OwnLine], revision: int, language: str
    ) -> None:
        initial: dict[str, Any] = {"revision": revision} | {line.place: line.translation for line in lines}
        super().__init__(data, initial=initial)
        self._lines = lines
        for line in lines:
            rows = 2 + len(line.english) // _A_LINE
            self.fields[line.place] = forms.CharField(
                label=line.label,
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": rows, "lang": language}),
            )
            if line.state == "stale":
                self.fields[_still(line)] = forms.BooleanField(
                    label="It still says the same", required=False, initial=False
                )

    def rows(self) -> Iterator[tuple[OwnLine, BoundField, BoundField | None]]:
        """Yield every text with its field, and the tick of one whose English changed."""
        for line in self._lines:
            yield line, self[line.place], self[_still(line)] if line.state == "stale" else None

    def said(self) -> dict[str, str]:
        """Return what was said by place, without what is still out of date."""
        given = self.cleaned_data
        return {
            line.place: " ".join(given[line.place].split())
            for line in self._lines
            if line.state != "stale" or given[_still(line)] or given[line.place].strip() != line.translation
        }


def _still(line: OwnLine) -> str:
    return f"{line.place}.still"
