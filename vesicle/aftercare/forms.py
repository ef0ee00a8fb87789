"""Forms of aftercare: a check-in made from the protocol, closing an alert, an adverse event."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _

from vesicle.core.spoken import filled, put_together
from vesicle.protocols.bank import Measure, RedFlag


def measure_fields(measure: Measure) -> dict[str, forms.Field]:
    """Return the fields that ask for a measure: one, or one for each of its parts."""
    if not measure.parts:
        return {measure.id: _field(measure, measure.ask or measure.what)}
    return {f"{measure.id}.{part.id}": _field(measure, part.ask or part.label) for part in measure.parts}


def _field(measure: Measure, label: str) -> forms.Field:
    missing = {"required": _("Please choose one.")}
    if measure.levels:
        choices = [(f"{level.value}", level.label) for level in measure.levels]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=missing)
    low, high = measure.min or 0, measure.max or 100
    if high - low <= 10:
        choices = [(f"{n}", f"{n}") for n in range(int(low), int(high) + 1)]
        ends = (
            filled(
                _("%(low)s is “%(low_end)s”, %(high)s is “%(high_end)s”."),
                {
                    "low": f"{low:g}",
                    "high": f"{high:g}",
                    "low_end": measure.low_end,
                    "high_end": measure.high_end or "",
                },
            )
            if measure.low_end
            else ""
        )
        return forms.ChoiceField(
            label=label,
            choices=choices,
            help_text=ends,
            error_messages=missing,
            widget=forms.RadioSelect(attrs={"class": "scale"}),
        )
    return forms.FloatField(
        label=put_together([label, " (", measure.unit, ")"]) if measure.unit else label,
        min_value=low,
        max_value=high,
        error_messages={
            "required": _("Give a number from %(low)s to %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": measure.step or "any"}),
    )


class CheckInForm(forms.Form):
    """The red flags first, one tick each, then the measures of the day, then words."""

    def __init__(self, measures: Sequence[Measure], flags: Sequence[RedFlag], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self.measure_names: list[str] = []
        for measure in measures:
            for name, field in measure_fields(measure).items():
                self.fields[name] = field
                self.measure_names.append(name)
        self.fields["red_flags"] = forms.MultipleChoiceField(
            label=_("Tick everything that is true for you now"),
            required=False,
            choices=[(flag.id, flag.ask) for flag in flags],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["none"] = forms.BooleanField(label=_("None of these"), required=False)
        self.fields["note"] = forms.CharField(
            label=_("Anything else you want to tell us?"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, object]:
        """Ask for a clear word about the signs: silence is not a no."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if not cleaned.get("red_flags") and not cleaned.get("none"):
            self.add_error("red_flags", _("Tick what is true, or “None of these”."))
        if cleaned.get("red_flags") and cleaned.get("none"):
            self.add_error("red_flags", _("You ticked a sign and also “None of these”. Please choose."))
        return cleaned

    def measures(self) -> dict[str, object]:
        """Return what was chosen, by measure or measure and part."""
        return {name: self.cleaned_data[name] for name in self.measure_names}

    @property
    def measure_bound(self) -> list[forms.BoundField]:
        """The measures' fields, in order."""
        return [self[name] for name in self.measure_names]


class CloseAlertForm(forms.Form):
    """What was done about an alert."""

    action_taken = forms.CharField(
        label="What was done?",
        help_text="Whom you spoke to, what you saw, what you advised. You close it in your name.",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=4000,
    )


class AdverseEventForm(forms.Form):
    """A reaction, as the register needs it."""

    term = forms.CharField(label="Reaction", max_length=120, help_text="In clinical words, for example: herpes simplex")
    onset_day = forms.IntegerField(label="Began on day", min_value=0, max_value=730, help_text="0 is the treatment day")
    severity = forms.ChoiceField(
        label="Severity",
        choices=[
            ("1", "1 mild: no treatment needed"),
            ("2", "2 moderate: simple treatment"),
            ("3", "3 severe, or lasting change in appearance"),
            ("4", "4 life-threatening"),
            ("5", "5 death"),
        ],
    )
    is_serious = forms.BooleanField(
        label="Serious: infection, disfigurement, hospital, or needed an intervention", required=False
    )
    lot = forms.ChoiceField(label="Lot it may be linked to", required=False)
    action = forms.CharField(label="What was done", widget=forms.Textarea(attrs={"rows": 3}))
    outcome = forms.CharField(label="Outcome so far", max_length=120, required=False)
    reported_to = forms.CharField(label="Reported to", max_length=200, required=False)
    hold_reason = forms.CharField(
        label="Hold further treatment because",
        max_length=300,
        required=False,
        help_text="Leave empty for no hold. A hold stops booking and treatment until somebody releases it.",
    )

    def __init__(self, lots: Sequence[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        field = self.fields["lot"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "No lot"), *lots]
