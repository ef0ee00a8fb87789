"""The form of one photograph. It works without a script and without a camera."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vesicle.results.models import Capture


class CaptureForm(forms.Form):
    """The state of the skin and the photograph; for staff also why one that cannot be measured is kept."""

    skin = forms.ChoiceField(
        label=_("How is the skin now?"),
        choices=[
            (Capture.Skin.CLEAN, _("Clean: washed at least 15 minutes ago, no make-up or cream")),
            (Capture.Skin.COVERED, _("Make-up, sunscreen or cream is on it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the skin is clean.")},
    )
    photo = forms.FileField(
        label=_("The photograph"),
        help_text=_("JPEG, HEIC, PNG or WebP, at most 20 MB, as it came from the camera."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages={"required": _("Take or choose a photograph."), "empty": _("This file is empty.")},
    )

    def __init__(self, *args: object, is_staff: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        if is_staff:
            self.fields["because"] = forms.CharField(
                label="Keep it even if it cannot be measured, because",
                help_text="For documentation only: it is marked “not for measuring” and enters no result.",
                required=False,
                max_length=300,
            )
