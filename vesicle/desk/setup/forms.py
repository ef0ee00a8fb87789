"""Forms of the set-up. They read and show; the services decide."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms

from vesicle.clinic.models import Closure
from vesicle.people.forms import time_zones
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import BookingRules, OpenService

Choices = Sequence[tuple[str, str]]


def date_input() -> forms.DateInput:
    """Return a field of the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input(**attributes: str) -> forms.TimeInput:
    """Return a field for a time of day."""
    return forms.TimeInput(attrs={"type": "time", "step": "300", **attributes}, format="%H:%M")


def _several(label: str, choices: Choices, help_text: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _minutes(label: str, help_text: str = "") -> forms.IntegerField:
    number = forms.NumberInput(attrs={"step": 5})
    return forms.IntegerField(label=label, min_value=0, max_value=240, initial=0, help_text=help_text, widget=number)


class LocationForm(forms.Form):
    """Where a location is, how to reach it, and its clock."""

    name = forms.CharField(label="Name", max_length=80, help_text="As patients call it, often the part of town.")
    street = forms.CharField(label="Street", max_length=120)
    city = forms.CharField(label="City", max_length=80)
    state = forms.CharField(
        label="State", max_length=2, help_text="Two letters. It decides whose practice law applies."
    )
    postal_code = forms.CharField(label="Postal code", max_length=12)
    phone = forms.CharField(label="Phone", max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zones, help_text="Opening hours and appointments are told by this clock."
    )
    latitude = forms.FloatField(
        label="Latitude",
        required=False,
        help_text="In degrees, for “the nearest location”. Leave both empty if unknown.",
    )
    longitude = forms.FloatField(label="Longitude", required=False, help_text="In degrees; negative in America.")


class ChangeLocationForm(LocationForm):
    """The same for a location there is: another zone asks what becomes of the appointments to come."""

    keep = forms.ChoiceField(
        label="If the time zone changes, appointments to come",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("clock", "keep the hour people were told; the appointments move with the clock"),
            ("moment", "stay where they are in the world; people are told the new hour"),
        ],
        help_text="Only needed with another time zone. New letters go out in either case.",
    )


class _ResourceForm(forms.Form):
    """What rooms, devices and providers have in common, at the end of the form."""

    def __init__(self, *args: Any, options: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["setup_minutes"] = _minutes(
            "Set-up before each use, minutes", "Beyond what the treatment asks for."
        )
        self.fields["cleanup_minutes"] = _minutes("Clean-up after each use, minutes", "Beyond what the treatment asks.")
        self.fields["options"] = _several("Only for", options, self.options_help)

    options_help: ClassVar[str] = "Choose none, and it is used for everything."


class RoomForm(_ResourceForm):
    """A room."""

    name = forms.CharField(label="Name", max_length=80)
    room_kind = forms.SlugField(
        label="Kind",
        max_length=50,
        required=False,
        help_text="Only where a visit asks for a kind of room, in one word: “laser”. Empty: an ordinary room.",
    )
    capacity = forms.IntegerField(
        label="People at a time", min_value=1, max_value=12, initial=1, help_text="Places where somebody is treated."
    )


class DeviceForm(_ResourceForm):
    """A device."""

    name = forms.CharField(label="Name", max_length=80, help_text="As your colleagues call it.")
    device_kind = forms.ChoiceField(label="Kind", help_text="As the protocols ask for it.")
    model_name = forms.CharField(label="Model", max_length=120, required=False)
    serial_number = forms.CharField(label="Serial number", max_length=60, required=False)

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, help_text = self.fields["device_kind"].label, self.fields["device_kind"].help_text
        choices = [("", "Choose"), *kinds]
        self.fields["device_kind"] = forms.ChoiceField(label=label, help_text=help_text, choices=choices)


class ProviderForm(_ResourceForm):
    """A provider's column: their skills, and time around each patient."""

    options_help = "Their skills. Choose none, and they do what the licence allows."

    def __init__(self, *args: Any, people: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is not None:
            staff = forms.ChoiceField(
                label="Who", choices=[("", "Choose"), *people], help_text="Staff with a licence who have no column yet."
            )
            self.fields = {"staff": staff, **self.fields}


class ClosureForm(forms.Form):
    """A stretch of local days or hours, once or again and again. ``stretches`` is made in the zone it was given."""

    REPEATS: ClassVar[Choices] = (
        ("0", "Once"),
        ("7", "Every week"),
        ("14", "Every 2 weeks"),
        ("28", "Every 4 weeks"),
        ("91", "Every 13 weeks"),
    )

    kind = forms.ChoiceField(label="What it is")
    reason = forms.CharField(label="In a few words", max_length=120, help_text="Colleagues see it in the calendar.")
    first = forms.DateField(label="First day", widget=date_input())
    opens = forms.TimeField(label="From", required=False, widget=time_input(), help_text="Empty: from midnight.")
    last = forms.DateField(label="Last day", required=False, widget=date_input(), help_text="Empty: the same day.")
    closes = forms.TimeField(label="To", required=False, widget=time_input(), help_text="Empty: the whole day.")
    repeat = forms.ChoiceField(label="Comes again", choices=REPEATS, required=False)
    times = forms.IntegerField(
        label="How many times in all", min_value=1, max_value=52, required=False, help_text="If it comes again."
    )

    def __init__(self, *args: Any, kinds: Sequence[str], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        named = dict(Closure.Kind.choices)
        label = self.fields["kind"].label
        self.fields["kind"] = forms.ChoiceField(label=label, choices=[(kind, named[kind]) for kind in kinds])

    def stretches(self) -> list[tuple[datetime, datetime]]:
        """Return the moments it lasts from and to, by the location's clock each time, also when that is changed."""
        data = self.cleaned_data
        first: date = data["first"]
        last: date = data["last"] or first
        until = data["closes"]
        if until is None or until == time.min:
            last, until = last + timedelta(days=1), time.min
        step = timedelta(days=int(data["repeat"] or 0))
        count = (data["times"] or 1) if step else 1
        return [
            (
                local_moment(first + step * turn, data["opens"] or time.min, self.zone),
                local_moment(last + step * turn, until, self.zone),
            )
            for turn in range(count)
        ]


class HolidaysForm(forms.Form):
    """Public holidays to close on, at one location or all."""

    everywhere = forms.BooleanField(label="At all our locations", required=False, initial=True)

    def __init__(self, *args: Any, days: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.MultipleChoiceField(
            label="Closed on", choices=days, widget=forms.CheckboxSelectMultiple, required=False
        )


class ServiceForm(forms.Form):
    """A visit that treats nothing: a consultation, a patch test."""

    name = forms.CharField(label="Name", max_length=80, help_text="As patients read it.")
    kind = forms.ChoiceField(label="What it is for", choices=OpenService.Kind.choices)
    description = forms.CharField(
        label="Description", max_length=300, required=False, help_text="One plain sentence for patients."
    )
    minutes = forms.IntegerField(
        label="Minutes", min_value=5, max_value=480, initial=30, widget=forms.NumberInput(attrs={"step": 5})
    )
    price = forms.IntegerField(label="Price", min_value=0, initial=0, help_text="In whole units; 0: free.")
    room_before = _minutes("Room: minutes before")
    room_after = _minutes("Room: minutes after")
    provider_before = _minutes("Provider: minutes before")
    provider_after = _minutes("Provider: minutes after")
    device_before = _minutes("Device: minutes before")
    device_after = _minutes("Device: minutes after")
    is_active = forms.BooleanField(label="It can be booked", required=False, initial=True)

    def __init__(self, *args: Any, needs: Choices, licences: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"] = _several("Besides a provider it needs", needs, "All that are chosen, at the same time.")
        self.fields["licences"] = _several("Who may do it", licences, "Choose none, and any provider may.")

    def values(self) -> dict[str, Any]:
        """Return the columns of the visit; somebody is always there."""
        data = dict(self.cleaned_data)
        return {**data, "needs": ["provider", *data["needs"]]}


class RulesForm(forms.ModelForm[BookingRules]):
    """The rules for booking: a field for every column there is, so that a new rule needs no new form."""

    class Meta:
        model = BookingRules
        # The policy is written on a page of its own.
        exclude = ("clinic", "policy")  # noqa: DJ006  # every rule there is, also those that come later
        labels = {
            "grid_minutes": "Appointments start every … minutes",
            "notice_minutes": "Patients book at least … minutes ahead",
            "horizon_days": "Patients book at most … days ahead",
            "hold_minutes": "A time chosen is kept for … minutes",
            "consent_hours": "Consent should be signed … hours before the visit",
            "offers_to_all_at_once": "Offer freed times to everybody who waits at once",
            "offer_minutes": "An offered time is kept for … minutes",
        }
        help_texts = {
            "grid_minutes": "5, 10, 15, 20, 30 or 60, counted from the full hour.",
            "notice_minutes": "120 is two hours. Your staff may book at once.",
            "hold_minutes": "While the person types; from 1 to 60.",
            "consent_hours": "0: before the visit begins.",
            "offers_to_all_at_once": "Otherwise one after the other, whoever has waited longest first.",
            "offer_minutes": "From 5 to 2880, and at most half of the time that is left until the start.",
        }

    def _post_clean(self) -> None:
        """Leave the record alone: the service changes it, so a refused form must not touch it."""
