"""When an edition takes force: now, or at a day and hour on the clock of a location."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from vesicle.core.clock import local_moment
from vesicle.protocols.forms import ApprovalForm

NOW, LATER = "now", "later"
_CHOSEN = ("day", "moment", "zone")


def zone_words(zone: str) -> str:
    """Return a zone as people name it: ``Los Angeles``."""
    return zone.rpartition("/")[2].replace("_", " ")


def moment_words(moment: datetime | None, zones: Sequence[str]) -> str:
    """Return a moment on the clock of each zone: ``Mon Nov 30, 2026, 06:00 PST (Los Angeles), 07:00 MST (Phoenix)``."""
    if moment is None:
        return ""
    said, day = [], None
    for zone in zones or ("UTC",):
        local = moment.astimezone(ZoneInfo(zone))
        date = "" if local.date() == day else f"{local:%a %b} {local.day}, {local:%Y}, "
        said.append(f"{date}{local:%H:%M} {local.tzname()} ({zone_words(zone)})")
        day = local.date()
    return ", ".join(said)


class MomentForm(forms.Form):
    """A day and an hour on the clock of one of the clinic's zones; ``chosen`` is the moment they name."""

    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    moment = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(label="On the clock of")

    def __init__(self, *given: Any, zones: Sequence[str], **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [(zone, zone_words(zone)) for zone in zones or ("UTC",)]
        self.fields["zone"] = forms.ChoiceField(label="On the clock of", choices=choices)
        if len(choices) == 1:
            self.fields["zone"].initial = choices[0][0]
            self.fields["zone"].widget = forms.HiddenInput()

    @property
    def chosen(self) -> datetime:
        """The moment in UTC. Of an hour that the clock shows twice it is the first."""
        given = self.cleaned_data
        return local_moment(given["day"], given["moment"], given["zone"])

    def clean(self) -> dict[str, Any]:
        """Refuse an hour that the clock skips on that day, and say which comes next."""
        given = super().clean() or {}
        day, at, zone = (given.get(name) for name in ("day", "moment", "zone"))
        if day and at is not None and zone:
            local = local_moment(day, at, zone).astimezone(ZoneInfo(zone))
            if local.replace(tzinfo=None) != datetime.combine(day, at):
                self.add_error(
                    "moment",
                    f"On that day the clock in {zone_words(zone)} goes from {_before(local)} to {local:%H:%M}; "
                    f"{at:%H:%M} is skipped. Choose {local:%H:%M} or later.",
                )
        return given


def _before(change: datetime) -> str:
    """Return what the clock showed when it was put forward."""
    zone = change.tzinfo
    offset = datetime.fromtimestamp(change.timestamp() - 1, UTC).astimezone(zone).utcoffset()
    return f"{(change.astimezone(UTC).replace(tzinfo=None) + offset):%H:%M}" if offset is not None else ""


class DirectorApprovalForm(MomentForm, ApprovalForm):
    """The sentence a medical director signs, and when what is signed takes force."""

    when = forms.ChoiceField(
        label="Takes force",
        choices=[(NOW, "Now"), (LATER, "Later: at the day and time below")],
        initial=NOW,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in _CHOSEN:
            self.fields[name].required = False
        self.order_fields(["revision", "statement", "when", "day", "moment", "zone"])

    @property
    def wanted(self) -> datetime | None:
        """The moment chosen; ``None`` for now."""
        return self.chosen if self.cleaned_data.get("when") == LATER else None

    def clean(self) -> dict[str, Any]:
        """Ask for day and time where they are needed, and do not look at them where they are not."""
        if self.cleaned_data.get("when") != LATER:
            for name in _CHOSEN:
                self.errors.pop(name, None)
                self.cleaned_data[name] = None
            return self.cleaned_data
        for name in _CHOSEN:
            if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
                self.add_error(name, "Choose when it takes force, or “Now” above.")
        return super().clean()
