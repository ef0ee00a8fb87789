"""What people type: the start, one answer, who they are, a reminder; and a provider's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vesicle.candidacy.domain import SOURCES, UNSURE, Answer, Preferences, Wishes, standard_catalogue
from vesicle.candidacy.domain.answers import ANSWERED
from vesicle.candidacy.domain.reading import LONGEST_TEXT
from vesicle.candidacy.domain.wishes import LIMITS
from vesicle.candidacy.models import ReviewDecision
from vesicle.core import languages
from vesicle.core.languages import told
from vesicle.protocols.bank import FollowUp, Question
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.translating import bank_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DATE_FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y"]
_BAD_DATE = _("This is not a date that exists. Choose one, or write month/day/year, as in 9/15/2026.")


class DayInput(forms.DateInput):
    """A native date field; browsers without one take the date as text."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def day_field(
    label: str | _StrPromise, *, required: bool = False, attrs: dict[str, str] | None = None
) -> forms.DateField:
    """Return a date field with our words for what is wrong."""
    return forms.DateField(
        label=label,
        required=required,
        input_formats=DATE_FORMATS,
        widget=DayInput(attrs),
        error_messages={"invalid": _BAD_DATE, "required": _("Enter the date.")},
    )


class _Offering(forms.Form):
    """A form whose choices depend on what the clinic offers."""

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class StartForm(_Offering):
    """Where, what for, and the date of birth. A patient we know is not asked for it again."""

    areas = forms.MultipleChoiceField(
        label=_("Where would you like to be treated?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one area.")},
    )
    concerns = forms.MultipleChoiceField(
        label=_("What would you like to change?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    treatments = forms.MultipleChoiceField(
        label=_("Which treatments shall we look at?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    date_of_birth = day_field(_("Your date of birth"), required=True, attrs={"autocomplete": "bday"})

    def __init__(self, *args: Any, offers: Sequence[OfferedOption], is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bank = bank_in(languages.active())
        areas = {area.area for offer in offers for area in offer.option.sections.areas}
        concerns = {entry.concern for offer in offers for entry in offer.option.sections.concerns}
        self._offer("areas", [(area.id, area.name) for area in bank.areas.values() if area.id in areas])
        self._offer("concerns", [(one.id, one.name) for one in bank.concerns.values() if one.id in concerns])
        self._offer("treatments", list({o.option.treatment: o.option.title for o in offers}.items()))
        if is_known:
            del self.fields["date_of_birth"]


class AnswerForm(forms.Form):
    """One question, with the date and the words that may go with a yes.

    ``date_unknown`` says on purpose that the date is not known; leaving the date empty by mistake is pointed out.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        question: Question | FollowUp,
        today: date,
        given: Answer | None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=_as_initial(given), label_suffix="", prefix=prefix)
        self.question = question
        self.today = today
        kind = question.kind
        if kind == "text":
            self.fields["text"] = _text_field(question.ask, rows=4)
        elif kind == "birth-date":
            self.fields["date"] = day_field(question.ask, required=True, attrs={"autocomplete": "bday"})
        else:
            self.fields["answer"] = _answer_field(question)
            if question.asks_date:
                self.fields["date"] = day_field(question.asks_date.label, attrs=_limits(question, today))
                if question.asks_date.required:
                    self.fields["date_unknown"] = forms.BooleanField(label=_("I do not know the date"), required=False)
            if question.asks_text:
                self.fields["text"] = _text_field(question.asks_text.label, rows=2)
            if given is not None and (given.answer == "yes" or given.ended) and _may_end(question):
                self.fields["ended"] = day_field(_("When was it over?"), attrs={"max": today.isoformat()})

    def clean(self) -> dict[str, Any]:
        """Check what belongs together."""
        cleaned: dict[str, Any] = super().clean() or {}
        values = _as_list(cleaned.get("answer"))
        if len(values) > 1 and UNSURE in values:
            self.add_error("answer", _("Either choose from the list, or say that you are not sure."))
        day, asks = cleaned.get("date"), self.question.asks_date
        if asks and values == ["yes"] and "date" not in self.errors:
            if asks.required and not day and not cleaned.get("date_unknown"):
                self.add_error("date", _("Enter the date, or tick that you do not know it. A rough date is fine."))
            elif day and asks.tense == "past" and day > self.today:
                self.add_error("date", _("This day has not come yet. Enter one that has been."))
        over = cleaned.get("ended")
        if over and values == ["no"] and over > self.today:
            self.add_error("ended", _("This day has not come yet. Enter one that has been."))
        return cleaned

    @property
    def said(self) -> Answer:
        """The answer, once the form is valid. Date and words only go with a yes."""
        cleaned = self.cleaned_data
        if self.question.kind in ("text", "birth-date"):
            return Answer(ANSWERED, cleaned.get("date"), (cleaned.get("text") or "").strip())
        answer = ",".join(_as_list(cleaned["answer"]))
        if answer != "yes":
            return Answer(answer, ended=cleaned.get("ended") if answer == "no" else None)
        return Answer(answer, cleaned.get("date"), (cleaned.get("text") or "").strip())


def _may_end(question: Question | FollowUp) -> bool:
    known = standard_catalogue().asked.get(question.id)
    return known is not None and known.may_end


def _answer_field(question: Question | FollowUp) -> forms.Field:
    choices: list[tuple[str, str]] = [(choice.value, choice.label) for choice in question.choices]
    choices = choices or [("yes", gettext("Yes")), ("no", gettext("No"))]
    if question.unsure:
        choices.append((UNSURE, gettext("I am not sure")))
    words = {"required": _("Choose an answer."), "invalid_choice": _("Choose one of the answers shown.")}
    if question.kind == "multi-choice":
        return forms.MultipleChoiceField(
            label=question.ask, choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=words
        )
    return forms.ChoiceField(label=question.ask, choices=choices, widget=forms.RadioSelect, error_messages=words)


def _text_field(label: str, *, rows: int) -> forms.Field:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": _("Please say it in at most %(limit_value)d characters.")},
    )


def _limits(question: Question | FollowUp, today: date) -> dict[str, str]:
    is_past = question.asks_date is not None and question.asks_date.tense == "past"
    return {"max": today.isoformat()} if is_past else {}


def _as_initial(given: Answer | None) -> dict[str, Any]:
    if given is None:
        return {}
    values = sorted(given.values)
    return {
        "answer": values if len(values) > 1 else given.answer,
        "date": given.date,
        "date_unknown": given.answer == "yes" and given.date is None,
        "text": given.text,
        "ended": given.ended,
    }


def _as_list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return list(value) if isinstance(value, list) else []


class AboutYouForm(forms.Form):
    """Who is asking, so that a provider can answer."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The provider's decision is announced here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is not a complete e-mail address. It looks like name@example.org.")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        help_text=_("If the provider has a question."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


def _most(label: str | _StrPromise, name: str, help_text: str | _StrPromise) -> forms.IntegerField:
    least, most, _unit = LIMITS[name]
    words = format_lazy(
        _("Enter a whole number from {least} to {most}, or leave it empty."), least=least, most=f"{most:,}"
    )
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": words, "min_value": words, "max_value": words},
    )


class WishesForm(_Offering):
    """What somebody would like to change, and what matters to them in a treatment. Everything may stay empty."""

    downtime_days = _most(_("Days of downtime, at most"), "downtime_days", _("After each visit."))
    visits = _most(_("Visits, at most"), "visits", _("For the whole course."))
    budget = _most(_("Budget, at most"), "budget", _("For the whole course."))
    needles = forms.ChoiceField(
        label=_("Needles"),
        choices=[("no-matter", _("I do not mind")), ("no", _("No needles"))],
        widget=forms.RadioSelect,
        required=False,
    )
    declined = forms.MultipleChoiceField(
        label=_("I do not want products from"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    concerns = forms.MultipleChoiceField(
        label=_("What would you like to change?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, offers: Sequence[OfferedOption], wishes: Wishes) -> None:
        said = wishes.preferences
        initial = {
            "concerns": list(wishes.concerns),
            "downtime_days": said.downtime_days,
            "visits": said.visits,
            "budget": said.budget,
            "needles": "no" if said.needles == "no" else "no-matter",
            "declined": sorted(said.declined),
        }
        super().__init__(data, initial=initial)
        bank = bank_in(languages.active())
        addressed = {entry.concern for offer in offers for entry in offer.option.sections.concerns}
        concerns = {*addressed, *wishes.concerns}
        self._offer("concerns", [(one.id, one.name) for one in bank.concerns.values() if one.id in concerns])
        needed = {one for offer in offers for need in offer.option.sections.products for one in need.categories}
        sources = {bank.product_categories[one].origin for one in needed} | said.declined
        self._offer("declined", [(one, capfirst(told(words))) for one, words in SOURCES.items() if one in sources])
        currencies = {offer.option.sections.price.currency for offer in offers}
        self.currency = currencies.pop() if len(currencies) == 1 else ""

    @property
    def preferences(self) -> Preferences:
        """What matters to the person, once the form is valid."""
        cleaned = self.cleaned_data
        return Preferences(
            cleaned["downtime_days"],
            cleaned["visits"],
            cleaned["budget"],
            cleaned["needles"] or "no-matter",
            frozenset(cleaned["declined"]),
        )


class ReminderForm(forms.Form):
    """Where to write when the wait is over."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is not a complete e-mail address. It looks like name@example.org.")},
    )


class DecisionForm(forms.Form):
    """A provider's decision. The service checks that it can be made."""

    outcome = forms.ChoiceField(
        label="Decision",
        choices=ReviewDecision.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    mode = forms.ChoiceField(
        label="How you examined",
        choices=ReviewDecision.Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how you examined."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="The patient can read this.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why; it becomes part of the record."},
    )
    conditions = forms.CharField(
        label="Advice that goes with it",
        required=False,
        help_text="The patient can read this. It blocks nothing; what has to happen first goes above.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    not_before = day_field("Not before")
    expires_on = day_field("Clearance ends on")
    signature = forms.CharField(
        label="Your full name, typed",
        max_length=120,
        help_text="Typing your name here counts as your signature.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type your full name as your signature."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    seen_decisions = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CloseForm(forms.Form):
    """What was done about somebody whom a change of rules affects."""

    note = forms.CharField(
        label="What was done",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what was done, for whoever looks later."},
    )


def add_problems(form: forms.Form, problems: Mapping[str, str], message: str) -> None:
    """Put what a service refused beside its field; what has none goes on top."""
    for name, words in problems.items():
        form.add_error(name if name in form.fields else None, words)
    if not problems:
        form.add_error(None, message)
