"""The forms of booking: what and where, and who."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vesicle.clinic.models import Location
from vesicle.core import languages
from vesicle.core.languages import ENGLISH, supported
from vesicle.core.spoken import filled
from vesicle.people.models import Patient
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.translating import bank_in


class WhatAndWhereForm(forms.Form):
    """The areas to treat and the location. Choices come from the edition and the clinic."""

    areas = forms.MultipleChoiceField(
        label=_("Which area?"),
        help_text=_("Choose one or more. The time needed follows from it."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one area.")},
    )
    location = forms.ChoiceField(
        label=_("Where?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a location.")}
    )

    def __init__(self, offered: OfferedOption, locations: list[Location], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        names = bank_in(languages.active()).areas
        areas = [
            (
                a.area,
                filled(
                    _("%(area)s (%(minutes)s min hands-on)"), {"area": names[a.area].name, "minutes": f"{a.minutes}"}
                ),
            )
            for a in offered.option.sections.areas
        ]
        places = [(place.slug, f"{place.name}: {place.street}, {place.city}") for place in locations]
        self._offer("areas", areas)
        self._offer("location", places)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class DetailsForm(forms.ModelForm[Patient]):
    """Who is coming, as the clinic needs it to reach them."""

    class Meta:
        model = Patient
        fields = ("first_name", "last_name", "date_of_birth", "email", "phone", "sms_allowed", "language")
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "date_of_birth": _("Date of birth"),
            "email": _("E-mail"),
            "phone": _("Mobile phone"),
            "sms_allowed": _("Remind me by text message too"),
        }
        help_texts = {
            "email": _("Your confirmation and private link go here."),
            "phone": _("For the day itself, if something comes up."),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "date_of_birth": forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self.fields["email"].required = True
        self.fields["language"] = forms.ChoiceField(
            label=_("We write to you in"),
            choices=settings.LANGUAGES,
            initial=supported(get_language() or ENGLISH),
            required=False,
        )

    def clean_language(self) -> str:
        """Return the language chosen, English where none was."""
        return self.cleaned_data["language"] or ENGLISH
