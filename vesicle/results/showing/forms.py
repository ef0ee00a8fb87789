"""Choosing a pair: which part of it, and what it shows in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vesicle.results.showing.domain import PRESETS, Crop, OutsidePicture

OWN = "own"
_SIDES = ("left", "top", "width", "height")
PARTS = (
    ("below-eyes", _("Below the eyes")),
    ("forehead", _("Forehead, above the brows")),
    ("whole", _("The whole face: the person can be recognized")),
    (OWN, _("As the numbers below say")),
)


class ShowForm(forms.Form):
    """The part that is shown, the same of both, and a description of each."""

    part = forms.ChoiceField(
        label=_("Which part"),
        widget=forms.RadioSelect,
        help_text=_("The same part of both photographs. Leave the eyes out where the skin can be shown without them."),
    )
    left = forms.IntegerField(label=_("From the left, %"), min_value=0, max_value=90, initial=0)
    top = forms.IntegerField(label=_("From the top, %"), min_value=0, max_value=90, initial=0)
    width = forms.IntegerField(label=_("Width, %"), min_value=10, max_value=100, initial=100)
    height = forms.IntegerField(label=_("Height, %"), min_value=10, max_value=100, initial=100)
    alt_before = forms.CharField(
        label=_("What the first photograph shows"),
        max_length=200,
        help_text=_("For people who cannot see it: the skin, not the person. No name, no promise."),
    )
    alt_after = forms.CharField(label=_("What the second photograph shows"), max_length=200)

    def __init__(self, *args: Any, is_registered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only a registered face has its eyes always in the same place.
        known = PARTS if is_registered else [one for one in PARTS if one[0] == OWN]
        self.fields["part"].choices = known  # type: ignore[attr-defined]  # a choice field
        self.initial.setdefault("part", known[0][0])
        for name in _SIDES:
            self.initial.setdefault(name, getattr(PRESETS.get(str(known[0][0]), Crop()), name))

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The fields of the rectangle."""
        return [self[name] for name in _SIDES]

    def clean(self) -> dict[str, Any]:
        """Make ``crop`` of the part that was chosen."""
        given = super().clean() or {}
        part = given.get("part")
        if part in PRESETS:
            given["crop"] = PRESETS[part]
        elif all(given.get(name) is not None for name in _SIDES):
            try:
                given["crop"] = Crop(*(given[name] for name in _SIDES))
            except OutsidePicture as outside:
                self.add_error(outside.field, _("The part lies outside the picture: choose %s.") % outside)
        return given


def crop_in(query: Any) -> Crop:
    """Return the crop an address asks for; the whole picture where it asks for none that can be."""
    try:
        return Crop(*(int(query.get(name, "")) for name in _SIDES))
    except ValueError:
        return Crop()
