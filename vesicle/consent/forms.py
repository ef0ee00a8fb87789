"""The forms of the consent pages."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vesicle.consent.domain import Document
from vesicle.consent.models import PhotoConsent


class SignForm(forms.Form):
    """Ticks, own words and the signature. The text's hash travels with it."""

    document = forms.CharField(widget=forms.HiddenInput)
    in_own_words = forms.CharField(
        label=_("In your own words: what will be done, and what could go wrong?"),
        help_text=_("This helps us to see whether we explained it well. You can leave it empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )
    acknowledgements = forms.MultipleChoiceField(
        label=_("Please read and tick each sentence"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    signature_typed = forms.CharField(required=False, max_length=120, label=_("Your full name, typed"))
    signature_drawn = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, document: Document, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        ticks = self.fields["acknowledgements"]
        ticks.choices = [(tick.id, tick.text) for tick in document.ticks]  # type: ignore[attr-defined]  # a choice field


class PhotoForm(forms.Form):
    """One yes or no for each use of photographs, and a signature for the yeses."""

    signature = forms.CharField(
        label=_("Your full name"),
        required=False,
        max_length=120,
        help_text=_("Needed for every yes."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        for use in PhotoConsent.Use:
            self.fields[f"use_{use.value}"] = forms.ChoiceField(
                label=gettext(use.label),
                choices=[("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
                required=True,
                error_messages={
                    "required": _("Choose yes or no. No is fine and changes nothing about your treatment.")
                },
            )
        self.order_fields([*(f"use_{use.value}" for use in PhotoConsent.Use), "signature"])

    @property
    def use_fields(self) -> list[forms.BoundField]:
        """The yes-or-no fields, in order."""
        return [self[f"use_{use.value}"] for use in PhotoConsent.Use]
