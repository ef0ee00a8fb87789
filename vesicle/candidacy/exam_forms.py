"""The exam form made from the protocol; what a clearance depends on; the clinic's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from vesicle.candidacy.domain.exam import key_of
from vesicle.candidacy.models import ClearanceCondition, ClearingLimit
from vesicle.candidacy.services.decisions import LONGEST_CONDITION
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.sections import ExamItem, Finding

DECISION_FORM = "decision"
"""The id of the form on the review page: fields of the exam stand beside it and belong to it."""
PREFIX = "exam"
CONDITION_ROWS = 4
_BEFORE = [(ClearanceCondition.Before.TREATING, "to treat"), (ClearanceCondition.Before.BOOKING, "to book")]
SHORT_CHOICE = 4
"""Choices of at most so many letters stand side by side, such as skin types."""


@dataclass(frozen=True, slots=True)
class ExamGroup:
    """One item of the exam on the page: what to ask or look at, and its fields."""

    item: ExamItem
    fields: tuple[tuple[BoundField, str, bool, bool], ...]
    """Each field with its unit, whether it may stay empty, and whether its choices are a few letters each."""


class ExamForm(forms.Form):
    """The exam of one option. Values are read by the service; what was typed is shown again when it refuses."""

    def __init__(self, data: Mapping[str, Any] | None, exam: Sequence[ExamItem]) -> None:
        super().__init__(data, prefix=PREFIX, label_suffix="")
        self.exam = exam
        for item in exam:
            for finding in item.findings:
                self.fields[key_of(item, finding)] = _field(finding)

    def groups(self) -> list[ExamGroup]:
        """Return the fields as they are printed, item by item."""
        return [ExamGroup(item, tuple(self._line(item, one) for one in item.findings)) for item in self.exam]

    def _line(self, item: ExamItem, finding: Finding) -> tuple[BoundField, str, bool, bool]:
        is_short = bool(finding.choices) and max(map(len, finding.choices)) <= SHORT_CHOICE
        return self[key_of(item, finding)], finding.unit or "", not finding.required, is_short

    def findings(self) -> dict[str, object]:
        """Return what was typed or ticked, by key; empty fields are left out. Call after ``is_valid``."""
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", None, False)}

    def sent_keys(self) -> set[str]:
        """Return the keys that were sent, known or not: another exam than this one was on the screen."""
        start = f"{PREFIX}-"
        return {name.removeprefix(start) for name in self.data if name.startswith(start)}


def _field(finding: Finding) -> forms.Field:
    attrs = {"form": DECISION_FORM}
    common: dict[str, Any] = {"label": finding.label, "required": False, "help_text": _help(finding)}
    if finding.kind == "check":
        return forms.BooleanField(widget=forms.CheckboxInput(attrs), **common)
    if finding.kind == "choice":
        # A choice that is not on the list is refused by the service, with the list.
        choices = [(choice, choice) for choice in finding.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect(attrs), **common)
    if finding.kind == "number":
        number = forms.TextInput(attrs | {"inputmode": "decimal", "autocomplete": "off"})
        return forms.CharField(widget=number, max_length=20, **common)
    return forms.CharField(widget=forms.Textarea(attrs | {"rows": 2}), **common)


def _help(finding: Finding) -> str:
    span = f"From {finding.min:g} to {finding.max:g}." if finding.kind == "number" else ""
    return " ".join(part for part in (finding.help or "", span) if part)


class ConditionsForm(forms.Form):
    """What a clearance depends on: up to four things, each with what has to wait for it."""

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix="needs", label_suffix="")
        for number in range(1, CONDITION_ROWS + 1):
            self.fields[f"text{number}"] = forms.CharField(
                label=f"Condition {number}",
                required=False,
                max_length=LONGEST_CONDITION,
                error_messages={"max_length": f"Please say it in at most {LONGEST_CONDITION} characters."},
            )
            self.fields[f"before{number}"] = forms.ChoiceField(
                label=f"Condition {number} is needed",
                required=False,
                choices=_BEFORE,
                initial=ClearanceCondition.Before.TREATING,
            )

    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return the pairs of fields as they are printed."""
        return [(self[f"text{number}"], self[f"before{number}"]) for number in range(1, CONDITION_ROWS + 1)]

    def given(self) -> list[tuple[str, str]]:
        """Return the conditions that were typed. Call after ``is_valid``."""
        said = self.cleaned_data
        rows = ((said.get(f"text{n}") or "", said.get(f"before{n}") or "") for n in range(1, CONDITION_ROWS + 1))
        return [(text, before or ClearanceCondition.Before.TREATING.value) for text, before in rows if text.strip()]


class MetForm(forms.Form):
    """The note that a condition is met."""

    note = forms.CharField(
        label="What you saw",
        help_text="Whose letter and of which day, or how the spot looked.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what you saw; it becomes part of the record."},
    )


class LimitForm(forms.Form):
    """One limit on who may clear."""

    kind = forms.ChoiceField(
        label="What to limit",
        choices=ClearingLimit.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to limit."},
    )
    option = forms.ChoiceField(label="Treatment", required=False, help_text="For who may examine.")
    rule = forms.ChoiceField(
        label="Rule", required=False, help_text="For who may clear a rule, or the medical director's privilege."
    )
    licences = forms.MultipleChoiceField(
        label="Only these licenses",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Not for the medical director's privilege.",
    )

    def __init__(self, data: Mapping[str, Any] | None, offers: Sequence[OfferedOption]) -> None:
        super().__init__(data, label_suffix="", initial={"kind": ClearingLimit.Kind.EXAM})
        options = [(offer.option.id, f"{offer.option.title}: {offer.option.name}") for offer in offers]
        reviews = {one.id for offer in offers for one in offer.option.rules if one.rule.effect == "review"}
        examining = {name for offer in offers for name in offer.option.sections.qualifications.exam_by}
        known = load_bank().licences
        self._offer("option", [("", "Every treatment"), *options])
        self._offer("rule", [("", "Every rule"), *((rule, rule) for rule in sorted(reviews))])
        self._offer("licences", [(key, known[key].short) for key in known if key in examining])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
