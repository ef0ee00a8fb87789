"""The forms of the words about one person or place, and of a portrait; they read and show, the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from vesicle.protocols.forms import PartForm
from vesicle.protocols.overlay import WHOLE, PictureCrop, PlacedPicture
from vesicle.website.profiles.content import FIELDS, LONGEST, PICTURE, PersonWords, Words


class ProfileForm(PartForm):
    """Words about a person or a place, and their picture. ``picture`` is the number of the one that was there.

    ``read`` is what was saved when the form was opened; with it one sees later who changed what.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.JSONField(widget=forms.HiddenInput, required=False)
    picture = forms.IntegerField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG or WebP, up to 10 MB. Where and with what it was taken is removed.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = forms.CharField(label=PICTURE.label, help_text=PICTURE.help, max_length=200, required=False)
    remove = forms.BooleanField(label="Take the picture away", required=False)

    def __init__(self, data: Any, files: Any, *, words: Words, revision: int, may_add_pictures: bool) -> None:
        placed = words.picture
        initial: dict[str, Any] = {
            "revision": revision,
            "read": words.model_dump(mode="json", exclude_defaults=True),
            **(placed.crop if placed else WHOLE).model_dump(),
            "picture": placed.picture if placed else None,
            "alt": placed.alt if placed else "",
        }
        super().__init__(data, files, initial=initial)
        self._kind = type(words)
        for told in FIELDS[self._kind]:
            widget = forms.Textarea(attrs={"rows": told.rows}) if told.rows > 1 else forms.TextInput()
            self.fields[told.name] = forms.CharField(
                label=told.label,
                help_text=told.help,
                required=False,
                max_length=LONGEST if told.rows > 1 else 80,
                widget=widget,
                initial=getattr(words, told.name),
            )
        if isinstance(words, PersonWords):
            self.fields["position"] = forms.IntegerField(
                label="Place in the row",
                help_text="The lowest number stands first; the same number goes by name.",
                min_value=1,
                max_value=999,
                initial=words.position,
            )
        if not may_add_pictures:
            del self.fields["file"]

    @property
    def told(self) -> list[forms.BoundField]:
        """The fields of words, in their order."""
        return [self[field.name] for field in FIELDS[self._kind]]

    def clean(self) -> dict[str, Any]:
        """Want a description of the picture."""
        given = super().clean()
        if (given.get("picture") or given.get("file")) and not given.get("remove") and not given.get("alt"):
            self.add_error("alt", "Say what the picture shows, for people who cannot see it.")
        return given

    @property
    def upload(self) -> UploadedFile[bytes] | None:
        """The picture that was chosen, if any."""
        return None if self.cleaned_data.get("remove") else self.cleaned_data.get("file")

    def words(self, picture: int | None = None) -> dict[str, Any]:
        """Return the words as typed, with the picture of a number in place of the one that was there."""
        given = self.cleaned_data
        number = picture or given.get("picture")
        placed = None
        if number and not given.get("remove"):
            placed = PlacedPicture(picture=number, alt=given["alt"], crop=PictureCrop(**self.part))
        names = [field.name for field in FIELDS[self._kind]] + (["position"] if "position" in self.fields else [])
        return {
            name: given[name].replace("\r\n", "\n") if isinstance(given[name], str) else given[name] for name in names
        } | {"picture": placed}


class AgreementForm(forms.Form):
    """The day on which somebody agreed to a portrait of them being public; sent along with the words."""

    said_on = forms.DateField(
        label="Agreed on",
        help_text="Ask them first, and show them the picture.",
        widget=forms.DateInput(attrs={"type": "date", "form": "words"}, format="%Y-%m-%d"),
    )
