"""Forms of the patient's own pages."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vesicle.core.languages import told
from vesicle.people.models import Patient

LANGUAGES = (
    ("en", "English"),
    ("es", "Español"),
    ("zh", "中文"),
    ("vi", "Tiếng Việt"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("other", _("Another language")),
)
_NEAR = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every time zone to choose from, those of the United States first."""
    others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in _NEAR)
    near = [(zone, zone.replace("_", " ")) for zone in _NEAR]
    far = [(zone, zone.replace("_", " ")) for zone in others]
    return [(gettext("In the United States"), near), (gettext("Elsewhere"), far)]


class EmailForm(forms.Form):
    """Asks for the address that the sign-in code is sent to."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave us when you booked."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    """Asks for the six digits."""

    email = forms.EmailField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Six digits from the e-mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class DetailsForm(forms.ModelForm[Patient]):
    """What patients keep up to date themselves. The service checks it; this form only reads and shows it."""

    class Meta:
        model = Patient
        fields = (
            "preferred_name",
            "pronouns",
            "email",
            "phone",
            "email_allowed",
            "sms_allowed",
            "time_zone",
            "language",
        )
        labels = {
            "preferred_name": _("What shall we call you?"),
            "pronouns": _("Pronouns"),
            "email": _("E-mail address"),
            "phone": _("Phone"),
            "email_allowed": _("Send me reminders by e-mail"),
            "sms_allowed": _("Send me reminders by text message"),
            "time_zone": _("Your time zone"),
            "language": _("The language you like to speak with us"),
        }
        help_texts = {"time_zone": _("We write between 8 in the morning and 9 at night on your clock.")}
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Your time zone"),
            help_text=self.fields["time_zone"].help_text,
            choices=time_zones(),
        )
        self.fields["language"] = forms.ChoiceField(label=self.fields["language"].label, choices=LANGUAGES)
        self.fields["preferred_name"].required = False
        self.fields["email"].required = False

    def _post_clean(self) -> None:
        """Leave the record alone: the service changes it, so a refused form must not touch it."""


def add_problems(form: forms.BaseForm, problems: dict[str, str], message: str) -> None:
    """Put what a service refused beside the fields of ``form``; what has no field goes on top."""
    for name, words in problems.items():
        form.add_error(name if name in form.fields else None, told(words))
    if not problems:
        form.add_error(None, told(message))
