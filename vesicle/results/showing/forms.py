"""Choosing a pair: which part of it, and what it shows in words."""

from typing import Any

from django import forms

from vesicle.results.showing.domain import PRESETS, Crop, OutsidePicture

OWN = "own"
_SIDES = ("left", "top", "width", "height")
PARTS = (
    ("below-eyes", "Below the eyes"),
    ("forehead", "Forehead, above the brows"),
    ("whole", "The whole face: the person can be recognized"),
    (OWN, "As the numbers below say"),
)


class ShowForm(forms.Form):
    """The part that is shown, the same of both, and a description of each."""

    part = forms.ChoiceField(
        label="Which part",
        widget=forms.RadioSelect,
        help_text="The same part of both photographs. Leave the eyes out where the skin can be shown without them.",
    )
    left = forms.IntegerField(label="From the left, %", min_value=0, max_value=90, initial=0)
    top = forms.IntegerField(label="From the top, %", min_value=0, max_value=90, initial=0)
    width = forms.IntegerField(label="Width, %", min_value=10, max_value=100, initial=100)
    height = forms.IntegerField(label="Height, %", min_value=10, max_value=100, initial=100)
    alt_before = forms.CharField(
        label="What the first photograph shows",
        max_length=200,
        help_text="For people who cannot see it: the skin, not the person. No name, no promise.",
    )
    alt_after = forms.CharField(label="What the second photograph shows", max_length=200)

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
                self.add_error(outside.field, f"The part lies outside the picture: choose {outside}.")
        return given


def crop_in(query: Any) -> Crop:
    """Return the crop an address asks for; the whole picture where it asks for none that can be."""
    try:
        return Crop(*(int(query.get(name, "")) for name in _SIDES))
    except ValueError:
        return Crop()
