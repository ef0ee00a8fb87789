"""The desk's form for several treatments in one visit."""

from typing import Any

from django import forms

from vesicle.protocols.bank import load_bank


class VisitForm(forms.Form):
    """What follows what, on which areas, where, from which day; the reason where no protocol names the combination."""

    first = forms.ChoiceField(label="First")
    then = forms.ChoiceField(label="Then")
    areas = forms.MultipleChoiceField(
        label="Areas",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For every treatment that has them.",
    )
    location = forms.ChoiceField(label="Where")
    on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    pause = forms.TypedChoiceField(
        label="Pause between", coerce=int, choices=[(minutes, f"{minutes} minutes") for minutes in range(0, 65, 5)]
    )
    reason = forms.CharField(
        label="Why in one visit",
        required=False,
        max_length=300,
        help_text="Needed from a provider where no protocol names the combination.",
    )

    def __init__(
        self,
        choices: list[tuple[str, str]],
        areas: list[str],
        places: list[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        names = load_bank().areas
        offered: dict[str, list[tuple[str, str]]] = {
            "first": choices,
            "then": choices,
            "location": places,
            "areas": [(area, names[area].name) for area in areas],
        }
        for name, rows in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = rows
