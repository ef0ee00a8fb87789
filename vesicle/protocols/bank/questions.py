"""The screening questions: asked once, in patients' words, for all treatments together."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from vesicle.protocols.bank.entry import Entry, Label, PatientLabel, PatientSentence
from vesicle.protocols.schema.common import OptionId, QuestionId

Kind = Literal["birth-date", "yes-no", "choice", "multi-choice", "text"]
Group = Literal["hard-stop", "skin-now", "skin-history", "medicines", "conditions", "recent", "expectations"]

GROUPS: tuple[Group, ...] = (
    "hard-stop",
    "skin-now",
    "skin-history",
    "medicines",
    "conditions",
    "recent",
    "expectations",
)
"""The order of asking: what most often ends a screening comes first, so nobody answers forty questions for a no."""

ASK_WORDS = 25
"""Longest question, in words; a person reads it on a phone, perhaps in a second language."""

ChoiceValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Choice(Entry):
    """One possible answer: what is stored, and what the person reads.

    `counts`: our own options whose visit is what this answer speaks of, by id; so a wait after it is also a wait after
    such a visit here, and is written only once, in the rule.
    """

    value: ChoiceValue
    label: PatientLabel
    counts: tuple[OptionId, ...] = ()


class AsksDate(Entry):
    """A date that belongs to one of the answers. A rule that needs it treats the answer as unknown without it.

    `of` is what the date is of, where the question's own label says a time: a rule says another.
    """

    label: PatientLabel
    of: PatientLabel | None = None
    when: Literal["yes"] = "yes"
    tense: Literal["past", "future"] = "past"
    required: StrictBool = True


class AsksText(Entry):
    """Words the person may add to an answer of yes."""

    label: PatientLabel
    when: Literal["yes"] = "yes"
    required: StrictBool = False


class _Asked(Entry):
    """What a question and a follow-up share.

    `counts`: our own options whose visit makes the answer yes, where no choice of a follow-up says which; see `Choice`.
    `label` is what pages call it in a reason: `clinician` up to a semicolon, after which it speaks to clinicians alone.
    `required: false` means that an answer never given does not hold up a verdict; the reviewer sees it is open.
    """

    id: QuestionId
    ask: PatientSentence
    why: PatientSentence
    clinician: Label
    label: PatientLabel
    kind: Kind = "yes-no"
    choices: tuple[Choice, ...] = ()
    asks_date: AsksDate | None = None
    asks_text: AsksText | None = None
    help: PatientSentence | None = None
    unsure: StrictBool = True
    required: StrictBool = True
    counts: tuple[OptionId, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _called(cls, data: Any) -> Any:
        """Derive the label, so that no file says it twice."""
        words = data.get("clinician") if isinstance(data, dict) else None
        return data | {"label": words.partition(";")[0]} if isinstance(words, str) else data

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if len(self.ask.split()) > ASK_WORDS:
            raise ValueError(f"'ask' has {len(self.ask.split())} words; say it in {ASK_WORDS} or fewer")
        if self.kind in ("choice", "multi-choice") and len(self.choices) < 2:
            raise ValueError(f"a question of kind {self.kind} needs at least two 'choices'")
        if self.choices and self.kind not in ("choice", "multi-choice"):
            raise ValueError(f"'choices' goes with the kinds choice and multi-choice, not with {self.kind}")
        values = [choice.value for choice in self.choices]
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"'choices' repeats the value {', '.join(repeated)}")
        if (self.asks_date or self.asks_text) and self.kind != "yes-no":
            raise ValueError("'asks_date' and 'asks_text' go with the kind yes-no")
        if self.counts and (self.kind != "yes-no" or self.asks_date is None):
            raise ValueError("'counts' goes with the kind yes-no and 'asks_date'; of a choice, give it to the choice")
        if self.unsure and self.kind in ("birth-date", "text"):
            raise ValueError(f"'unsure' must be false for the kind {self.kind}")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer that may be stored, `unsure` included; empty where the answer is free (a date, text)."""
        known = ("yes", "no") if self.kind == "yes-no" else tuple(choice.value for choice in self.choices)
        return (*known, "unsure") if known and self.unsure else known

    @property
    def counting(self) -> dict[str, str]:
        """Our own options that count as something asked about here, each with the answer it makes true."""
        return dict.fromkeys(self.counts, "yes") | {
            name: choice.value for choice in self.choices for name in choice.counts
        }


class FollowUp(_Asked):
    """A question that only makes sense after certain answers to its parent; otherwise it does not apply.

    `when` holds the parent's answers that lead here; `answered` stands for any answer at all. `unasked` is the
    strictest reading of an answer that came from a program which asks our questions but not this follow-up; on our own
    pages it is always asked.
    """

    when: tuple[str, ...] = Field(default=("yes",), min_length=1)
    unasked: str | None = None


class Question(_Asked):
    """One question of the screening, with everything that may be asked after it.

    `scope`: about the person, or about the area to be treated. `sort` orders questions within their `group`.
    `valid_days`: how long an answer may be relied on before it is asked again; a clinic's default to confirm.
    `plain_answer`: for a question that takes words, the follow-up that a plain yes, no or unsure answers.
    """

    scope: Literal["person", "area"]
    group: Group
    sort: int = Field(ge=0)
    valid_days: int = Field(ge=1, le=36_525)
    refs: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    plain_answer: str | None = None

    @property
    def order(self) -> tuple[int, int]:
        """The place in the questionnaire; sort questions by it."""
        return GROUPS.index(self.group), self.sort

    @model_validator(mode="after")
    def _follow_ups_belong_here(self) -> Self:
        possible = {*self.answers, "answered"}
        for follow_up in self.follow_ups:
            if not follow_up.id.startswith(f"{self.id}."):
                raise ValueError(f"the follow-up {follow_up.id} must begin with '{self.id}.'")
            if unknown := sorted(set(follow_up.when) - possible):
                allowed = ", ".join(sorted(possible))
                raise ValueError(f"{follow_up.id} waits for '{', '.join(unknown)}'; answers here: {allowed}")
            if follow_up.unasked is not None and follow_up.unasked not in follow_up.answers:
                raise ValueError(f"{follow_up.id} has no answer '{follow_up.unasked}' that 'unasked' could name")
        if self.plain_answer is not None and self.plain_answer not in {one.id for one in self.follow_ups}:
            raise ValueError(f"'plain_answer' names {self.plain_answer}, which is no follow-up of {self.id}")
        if "." in self.id:
            raise ValueError("an id with a dot belongs to a follow-up")
        return self

    @model_validator(mode="after")
    def _counts_each_option_once(self) -> Self:
        parts: tuple[Question | FollowUp, ...] = (self, *self.follow_ups)
        named = [name for part in parts for one in (part, *part.choices) for name in one.counts]
        if repeated := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"'counts' names {', '.join(repeated)} more than once; a visit is one kind of procedure")
        if named and self.asks_date is None:
            raise ValueError("'counts' needs 'asks_date' on its question, or no wait can start from it")
        return self

    def as_if(self, option: str) -> dict[str, str]:
        """Return what somebody would answer here who had `option` with us, by question; empty where it does not count.

        A follow-up's answer brings its question's yes with it.
        """
        found = {part.id: part.counting[option] for part in self.follow_ups if option in part.counting}
        return {self.id: "yes"} | found if found or option in self.counts else {}
