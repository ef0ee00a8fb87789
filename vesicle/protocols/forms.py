"""Forms of the edition pages. They read and show; the services decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from vesicle.protocols.overlay import PAGE_SECTIONS, AreaTerms, ModalityTerms, Overlay, OwnQuestion
from vesicle.protocols.schema import Option

SPARE_QUESTIONS: Final = 2
MOST_QUESTIONS: Final = 40
LONGEST_PARAGRAPH: Final = 2000


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area of a modality: its fields beside what the protocol says."""

    name: str
    default_minutes: int
    default_price: int | None
    minutes: BoundField
    price: BoundField


@dataclass(frozen=True, slots=True)
class ModalityGroup:
    """One modality: offered or not, price, areas."""

    name: str
    summary: str
    currency: str
    default_price: str
    offered: BoundField
    price_from: BoundField
    areas: tuple[AreaRow, ...]


class WordsForm(forms.Form):
    """The clinic's words, what it offers, its minutes and prices. Built from the protocol's options.

    Fields are named ``headline``, ``intro``, ``note``, ``q3-question``, ``q3-answer``, ``m.topical.offered``,
    ``m.topical.price_from``, ``m.topical.face.minutes`` and so on; ``overlay`` turns them into an overlay,
    ``field_of`` a place in the overlay into the field that holds it.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    headline = forms.CharField(label="Headline", required=False, max_length=120)
    intro = forms.CharField(
        label="Introduction",
        required=False,
        help_text="Leave an empty line between paragraphs.",
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        help_text="For patients, below the introduction: who to ask, where to park, anything else.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        overlay: Overlay,
        revision: int,
        options: Sequence[Option],
        area_names: Mapping[str, str],
        more_questions: int = 0,
    ) -> None:
        self._options, self._area_names, self._base = options, area_names, overlay
        self._kept: list[int] = []
        super().__init__(data, initial=_initial(overlay, revision, options))
        asked = _rows_in(data) if data is not None else len(overlay.questions) + SPARE_QUESTIONS
        self.question_rows = min(asked + more_questions, MOST_QUESTIONS)
        for section, label in PAGE_SECTIONS.items():
            self.fields[f"s-{section}"] = forms.CharField(
                label=label, required=False, max_length=LONGEST_PARAGRAPH, widget=forms.Textarea(attrs={"rows": 2})
            )
        for index in range(self.question_rows):
            self.fields[f"q{index}-question"] = forms.CharField(
                label=f"Question {index + 1}", required=False, max_length=200
            )
            self.fields[f"q{index}-answer"] = forms.CharField(
                label=f"Answer {index + 1}", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
            )
        for option in options:
            self._add_modality(option)

    def _add_modality(self, option: Option) -> None:
        key = f"m.{option.modality}"
        self.fields[f"{key}.offered"] = forms.BooleanField(label=f"We offer {option.name}", required=False)
        self.fields[f"{key}.price_from"] = _money(f"{option.name}: price from")
        for area in option.sections.areas:
            name = f"{option.name}, {self._area_names.get(area.area, area.area)}"
            self.fields[f"{key}.{area.area}.minutes"] = forms.IntegerField(
                label=f"{name}: minutes",
                required=False,
                min_value=5,
                max_value=480,
                step_size=5,
                widget=forms.NumberInput(attrs={"placeholder": area.minutes, "inputmode": "numeric"}),
            )
            self.fields[f"{key}.{area.area}.price"] = _money(f"{name}: price", placeholder=area.price_from)

    def sections(self) -> Iterator[BoundField]:
        """Yield the field of every section that may have a paragraph of the clinic's own."""
        return (self[f"s-{section}"] for section in PAGE_SECTIONS)

    def questions(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Yield the two fields of every question row."""
        for index in range(self.question_rows):
            yield self[f"q{index}-question"], self[f"q{index}-answer"]

    def modalities(self) -> Iterator[ModalityGroup]:
        """Yield the modalities with their fields and the protocol's own values."""
        for option in self._options:
            key, price = f"m.{option.modality}", option.sections.price
            yield ModalityGroup(
                name=option.name,
                summary=option.sections.summary,
                currency=price.currency,
                default_price=f"{price.per_session.min:,.0f}",
                offered=self[f"{key}.offered"],
                price_from=self[f"{key}.price_from"],
                areas=tuple(
                    AreaRow(
                        self._area_names.get(area.area, area.area),
                        area.minutes,
                        area.price_from,
                        self[f"{key}.{area.area}.minutes"],
                        self[f"{key}.{area.area}.price"],
                    )
                    for area in option.sections.areas
                ),
            )

    def clean_intro(self) -> str:
        """Refuse a paragraph that nobody would read."""
        text = str(self.cleaned_data["intro"])
        if any(len(paragraph) > LONGEST_PARAGRAPH for paragraph in _paragraphs(text)):
            raise forms.ValidationError(
                f"One paragraph is longer than {LONGEST_PARAGRAPH:,} characters. Put an empty line into it."
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a question that was only half written."""
        cleaned = super().clean() or {}
        for index in range(self.question_rows):
            question, answer = (cleaned.get(f"q{index}-{part}", "").strip() for part in ("question", "answer"))
            if question and not answer and f"q{index}-answer" not in self.errors:
                self.add_error(f"q{index}-answer", "Answer the question, or empty both fields.")
            if answer and not question and f"q{index}-question" not in self.errors:
                self.add_error(f"q{index}-question", "Write the question to this answer, or empty both fields.")
        return cleaned

    def overlay(self) -> dict[str, Any]:
        """Return the overlay as typed; pictures are those the edition has."""
        given = self.cleaned_data
        self._kept = [index for index in range(self.question_rows) if given[f"q{index}-question"].strip()]
        overlay = Overlay.model_construct(
            headline=given["headline"].strip(),
            intro=tuple(_paragraphs(given["intro"])),
            note=given["note"].strip(),
            sections={section: text for section in PAGE_SECTIONS if (text := " ".join(given[f"s-{section}"].split()))},
            pictures=self._base.pictures,
            links=self._base.links,
            translations=self._base.translations,
            questions=tuple(
                OwnQuestion.model_construct(question=given[f"q{index}-question"], answer=given[f"q{index}-answer"])
                for index in self._kept
            ),
            modalities={
                option.modality: terms for option in self._options if (terms := self._terms(option)) != ModalityTerms()
            },
        )
        return overlay.model_dump(mode="json", exclude_defaults=True)

    def _terms(self, option: Option) -> ModalityTerms:
        given, key = self.cleaned_data, f"m.{option.modality}"
        areas = {
            area.area: AreaTerms.model_construct(
                minutes=given[f"{key}.{area.area}.minutes"], price=given[f"{key}.{area.area}.price"]
            )
            for area in option.sections.areas
        }
        return ModalityTerms.model_construct(
            offered=given[f"{key}.offered"],
            price_from=given[f"{key}.price_from"],
            areas={name: terms for name, terms in areas.items() if terms != AreaTerms()},
        )

    def field_of(self, place: str) -> str | None:
        """Return the field that holds a place of the overlay such as ``questions.0.answer``; ``None`` for no field."""
        parts = place.split(".")
        if parts[0] == "questions" and len(parts) == 3:
            name = f"q{self._kept[int(parts[1])]}-{parts[2]}"
        elif parts[0] == "sections" and len(parts) == 2:
            name = f"s-{parts[1]}"
        elif parts[0] == "modalities" and len(parts) == 5:
            name = f"m.{parts[1]}.{parts[3]}.{parts[4]}"
        elif parts[0] == "modalities" and len(parts) == 3:
            name = f"m.{parts[1]}.{parts[2]}"
        else:
            name = parts[0]
        return name if name in self.fields else None

    def add_refusal(self, problems: Mapping[str, str], message: str) -> None:
        """Put what a service refused beside the fields; what has no field goes on top."""
        for place, words in problems.items():
            self.add_error(self.field_of(place), words)
        if not problems:
            self.add_error(None, message)


def _money(label: str, placeholder: int | None = None) -> forms.IntegerField:
    hint = {"placeholder": placeholder} if placeholder is not None else {}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", **hint}),
    )


def _initial(overlay: Overlay, revision: int, options: Sequence[Option]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "revision": revision,
        "headline": overlay.headline,
        "intro": "\n\n".join(overlay.intro),
        "note": overlay.note,
        **{f"s-{section}": text for section, text in overlay.sections.items()},
    }
    for index, one in enumerate(overlay.questions):
        values |= {f"q{index}-question": one.question, f"q{index}-answer": one.answer}
    for modality in (option.modality for option in options):
        terms = overlay.terms(modality)
        values |= {f"m.{modality}.offered": terms.offered, f"m.{modality}.price_from": terms.price_from}
        for area, own in terms.areas.items():
            values |= {f"m.{modality}.{area}.minutes": own.minutes, f"m.{modality}.{area}.price": own.price}
    return values


def _paragraphs(text: str) -> list[str]:
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _rows_in(data: Mapping[str, Any]) -> int:
    """Return how many question rows a sent form has."""
    numbers = [name[1:].partition("-")[0] for name in data if name.startswith("q") and name.endswith("-question")]
    return max((int(number) + 1 for number in numbers if number.isdecimal()), default=0)


class PictureForm(forms.Form):
    """A picture to add to the page."""

    file = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG or WebP, up to 10 MB. Where and with what it was taken is removed.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = forms.CharField(
        label="What it shows", max_length=200, help_text="For people who cannot see it. One plain sentence."
    )
    caption = forms.CharField(label="Caption", max_length=300, required=False)


class PartForm(forms.Form):
    """The part of a picture that is shown."""

    left = forms.IntegerField(label="From the left, %", min_value=0, max_value=90, required=False)
    top = forms.IntegerField(label="From the top, %", min_value=0, max_value=90, required=False)
    width = forms.IntegerField(label="Width, %", min_value=10, max_value=100, required=False)
    height = forms.IntegerField(label="Height, %", min_value=10, max_value=100, required=False)

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The part of the picture that is shown, in hundredths of it."""
        return [self[name] for name in ("left", "top", "width", "height")]

    def clean(self) -> dict[str, Any]:
        """Refuse a part that sticks out, beside the number that is too large. A number left empty stays as it was."""
        given = super().clean() or {}
        for name in ("left", "top", "width", "height"):
            if name not in self.errors and given.get(name) is None:
                given[name] = self.initial[name]
        for start, size in (("left", "width"), ("top", "height")):
            if None not in (given.get(start), given.get(size)) and given[start] + given[size] > 100:
                self.add_error(size, f"The part ends outside the picture. Choose at most {100 - given[start]}.")
        return given

    @property
    def part(self) -> dict[str, int]:
        """The part as an overlay has it."""
        return {name: self.cleaned_data[name] for name in ("left", "top", "width", "height")}


class PlacedPictureForm(PartForm):
    """The words of a picture on the page, and its place there."""

    alt = forms.CharField(label="What it shows", max_length=200)
    caption = forms.CharField(label="Caption", max_length=300, required=False)
    place = forms.IntegerField(label="Place", min_value=1, max_value=99)
    remove = forms.BooleanField(label="Take it off the page", required=False)


class ReturnForm(forms.Form):
    """Why an edition goes back."""

    reason = forms.CharField(label="What should change", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    """The sentence the medical director signs, under the revision that was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    statement = forms.CharField(label="What you sign", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SignaturesForm(forms.Form):
    """How many people have to sign an edition."""

    signatures = forms.ChoiceField(
        label="Signatures under an edition",
        choices=[
            ("1", "One: the medical director's"),
            ("2", "Two: the medical director's, and that of another licensed provider or medical director"),
        ],
        widget=forms.RadioSelect,
    )


class ProtocolFileForm(forms.Form):
    """A protocol file to take into a draft."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(
        label="File",
        help_text="As it was downloaded here, changed or not. Up to 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,application/yaml"}),
    )
