"""Forms that move and cancel a reminder."""

from django import forms


class MoveForm(forms.Form):
    """Another day, and why."""

    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Why", max_length=300)


class CancelForm(forms.Form):
    """Why there is no reminder."""

    reason = forms.CharField(label="Why", max_length=300)
