"""The form that shows medicines back: one line for each, and which of two answers is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from vesicle.candidacy.domain import UNSURE, standard_catalogue
from vesicle.candidacy.domain.medicine_questions import ToConfirm, is_contradicted_by, name_for
from vesicle.candidacy.domain.medicines import standard_medicines
from vesicle.candidacy.services import Meant
from vesicle.core import languages
from vesicle.protocols.bank import Medicine
from vesicle.protocols.translating import bank_in

OTHER = "other"


class MedicinesForm(forms.Form):
    """What was meant by each mention, and what the answer is where a medicine contradicts it."""

    def __init__(self, data: Mapping[str, Any] | None, *, pending: Sequence[ToConfirm]) -> None:
        super().__init__(data, label_suffix="")
        self.pending = tuple(pending)
        for place, one in enumerate(self.pending):
            self.fields[f"meant-{place}"] = _meant_field(one)
            for question in one.contradicts:
                self.fields.setdefault(f"right-{question}", _right_field(question))

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions answered no that one of the medicines contradicts, each once."""
        return tuple(dict.fromkeys(question for one in self.pending for question in one.contradicts))

    def clean(self) -> dict[str, Any]:
        """Ask for the right answer only where one of the medicines that contradict it was meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        for question in self.questions:
            if not cleaned.get(f"right-{question}") and self._is_in_question(question, cleaned):
                self.add_error(f"right-{question}", _("Choose which answer is right."))
        return cleaned

    def _is_in_question(self, question: str, cleaned: Mapping[str, Any]) -> bool:
        """Say whether one of the medicines that were meant contradicts the answer to ``question``."""
        return any(
            is_contradicted_by(question, cleaned.get(f"meant-{place}", ""), standard_medicines())
            for place, one in enumerate(self.pending)
            if question in one.contradicts
        )

    @property
    def meant(self) -> tuple[Meant, ...]:
        """What was said about each mention, once the form is valid."""
        return tuple(_as_meant(one, self.cleaned_data[f"meant-{place}"]) for place, one in enumerate(self.pending))

    @property
    def changed(self) -> dict[str, str]:
        """The answers that the person changed by their own choice."""
        chosen = {
            question: self.cleaned_data.get(f"right-{question}") or "no"
            for question in self.questions
            if self._is_in_question(question, self.cleaned_data)
        }
        return {question: value for question, value in chosen.items() if value != "no"}


def _as_meant(one: ToConfirm, value: str) -> Meant:
    if value in (OTHER, UNSURE):
        return Meant(one.mention, "declined" if value == OTHER else "unsure")
    return Meant(one.mention, "confirmed", value)


def _meant_field(one: ToConfirm) -> forms.ChoiceField:
    mention = one.mention
    several = len(mention.medicines) > 1
    choices = [
        (
            medicine.id,
            _described(mention.said, medicine)
            if several
            else _("Yes: %(what)s") % {"what": _described(mention.said, medicine)},
        )
        for medicine in mention.medicines
    ]
    choices += [(OTHER, _("No, something else")), (UNSURE, _("I am not sure"))]
    written = mention.phrase if mention.unclear else mention.said
    asked = _("Is this what you mean?") if mention.exact else _("Did you mean this?")
    wrote = _("You wrote “%(words)s”.") % {"words": written}
    label = f"{wrote} {_('Which of these did you mean?') if several else asked}"
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=mention.medicines[0].id if mention.exact else None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say what you meant by “%(words)s”.") % {"words": mention.said},
            "invalid_choice": _("Choose one of the answers shown."),
        },
    )


def _right_field(question: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("You answered no to “%(question)s” Which is right?")
        % {"question": standard_catalogue(languages.active()).text_of(question)},
        choices=[("yes", _("Yes is right")), ("no", _("No is right")), (UNSURE, _("I am not sure"))],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers shown.")},
    )


def _described(said: str, medicine: Medicine) -> str:
    """Return "Eliquis (apixaban), a blood thinner"."""
    classes = bank_in(languages.active()).medicine_classes
    telling = [classes[name].plain for name in medicine.classes if classes[name].bears_on]
    return ", ".join([name_for(said, medicine), *telling[:1]])
