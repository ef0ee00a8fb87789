"""The forms of the policy, of fees and of deposits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from vesicle.core.errors import Invalid
from vesicle.core.permissions import Role
from vesicle.scheduling.domain import money
from vesicle.scheduling.models import CancellationPolicy
from vesicle.scheduling.permissions import WAIVE_FEE

DEPOSIT_KINDS = [("none", "No deposit"), ("fixed", "A fixed amount"), ("percent", "A share of the price, in percent")]
EVERY = "deposit_every"


class PolicyForm(forms.Form):
    """A version of the policy: the words people accept, and the numbers behind them."""

    words_en = forms.CharField(
        label="The policy in English",
        help_text="What people read and accept when they book. Say the hours, the fee, and how to reach you.",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
    )
    words_es = forms.CharField(
        label="The policy in Spanish",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "es"}),
        max_length=4000,
    )
    late_hours = forms.IntegerField(
        label="Hours before the visit from which a cancellation is late", min_value=0, max_value=336, initial=24
    )
    grace_minutes = forms.IntegerField(
        label="Minutes after booking in which a change of mind is never late", min_value=0, max_value=1440, initial=30
    )
    late_kind = forms.ChoiceField(label="Late cancellation", choices=CancellationPolicy.Charge.choices)
    late_value = forms.CharField(label="Amount, or percent of the price", required=False, max_length=12)
    no_show_kind = forms.ChoiceField(label="Did not come", choices=CancellationPolicy.Charge.choices)
    no_show_value = forms.CharField(label="Amount, or percent of the price", required=False, max_length=12)
    free_chances = forms.IntegerField(
        label="Times in a year that cost nothing",
        min_value=0,
        max_value=20,
        initial=1,
        help_text="Counted all the same.",
    )
    moves_count = forms.BooleanField(label="A late move counts like a late cancellation", required=False, initial=True)
    keep_deposit = forms.BooleanField(
        label="When a fee is due, the whole deposit is kept, also where the fee is less", required=False
    )
    waivers = forms.MultipleChoiceField(
        label="Who may waive a fee",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, role.label) for role in sorted(WAIVE_FEE.roles)],
        initial=[Role.PROVIDER.value, Role.MEDICAL_DIRECTOR.value, Role.OWNER.value],
    )
    valid_from = forms.DateTimeField(
        label="Counts from",
        required=False,
        help_text="Empty: at once. In the time of the clinic's first location.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any, options: list[tuple[str, str]], currency: str, **more: Any) -> None:
        """``options`` are the ids of everything that can be booked, each with its name."""
        super().__init__(data, **more)
        self.currency = currency
        self.rows: list[tuple[str, str]] = [(EVERY, "Every treatment not named below")]
        self.rows += [(f"deposit_{option}", label) for option, label in options]
        for name, label in self.rows:
            usual = "As every treatment" if "/" in name else "No deposit"
            kinds = DEPOSIT_KINDS if "/" in name or name == EVERY else DEPOSIT_KINDS[1:]
            if name != EVERY:
                kinds = [("", usual), *kinds]
            self.fields[name] = forms.ChoiceField(label=f"Deposit: {label}", choices=kinds, required=False)
            self.fields[f"{name}_value"] = forms.CharField(
                label=f"Amount or percent: {label}", required=False, max_length=12
            )

    def deposit_fields(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return a row for each deposit: what it is for, its kind, its value."""
        return [(label, self[name], self[f"{name}_value"]) for name, label in self.rows]

    def clean(self) -> dict[str, Any]:
        """Read amounts in the clinic's currency and percents, each where it was typed."""
        data = super().clean() or {}
        for name in ("late", "no_show"):
            data[f"{name}_value"] = self._value(f"{name}_value", data.get(f"{name}_kind"), "share")
        deposits = []
        for name, _ in self.rows:
            kind = data.pop(name, "")
            value = self._value(f"{name}_value", kind, "percent")
            data.pop(f"{name}_value", None)
            option = "" if name == EVERY else name.removeprefix("deposit_")
            if kind and not (name == EVERY and kind == "none"):
                deposits.append({"option": option, "kind": kind, "value": value})
        data["deposits"] = deposits
        return data

    def _value(self, name: str, kind: str | None, percent: str) -> int:
        text = str(self.cleaned_data.get(name) or "").strip().removesuffix("%").strip()
        if kind in (None, "", "none"):
            return 0
        try:
            value = int(text) if kind == percent and text.isdecimal() else money.read(text, self.currency)
        except Invalid as problem:
            self.add_error(name, problem.message)
            return 0
        if kind == percent and (not text.isdecimal() or not 0 < value <= 100):
            self.add_error(name, "Write a whole number of percent, from 1 to 100.")
        return value


class ReceiptForm(forms.Form):
    """A payment at the desk."""

    receipt = forms.CharField(label="Number of the receipt", max_length=60)


class WaiveForm(forms.Form):
    """Why a fee is waived."""

    reason = forms.CharField(label="Why", max_length=300, help_text="Kept with the fee, with your name.")


class CancelForm(forms.Form):
    """Cancelling at the desk: at whose wish, why, and whether a fee is waived at once."""

    at_wish_of = forms.ChoiceField(
        label="At whose wish?",
        widget=forms.RadioSelect,
        choices=[
            ("patient", "The patient's"),
            ("clinic", "The clinic's: sickness, a device, a room, a mistake of ours"),
        ],
        error_messages={"required": "Say whose wish it is."},
    )
    reason = forms.CharField(label="Reason", required=False, max_length=300)
    waive = forms.CharField(label="Waive the fee, because", required=False, max_length=300)


class ResultForm(forms.Form):
    """What a patch test or consultation showed, and before which treatment it was made."""

    made_for = forms.ChoiceField(
        label="Made for which treatment?",
        required=False,
        help_text="It counts only for this treatment, and for others where the protocol says so. Left open, for none.",
    )

    outcome = forms.ChoiceField(
        label="What was found?",
        widget=forms.RadioSelect,
        choices=[
            ("clear", "No reaction, nothing speaks against the treatment"),
            ("reaction", "A reaction, or something a provider has to look at"),
        ],
        error_messages={"required": "Choose what was found."},
    )
    note = forms.CharField(
        label="What was seen", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, treatments: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["made_for"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Not known, or for none of these"), *treatments]
