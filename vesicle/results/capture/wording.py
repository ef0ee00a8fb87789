"""What the guide says: names of views, how to take each, and the gate's findings in the reader's language."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vesicle.protocols.bank import load_bank
from vesicle.results.capture.domain import Shot


def title(shot: Shot) -> str:
    """Return the name of a view; a close-up is named after what it shows."""
    if shot.area:
        return _("Close-up: %(area)s") % {"area": area_name(shot.area).lower()}
    return {
        "front": _("From the front"),
        "left-oblique": _("Left side, half turned"),
        "right-oblique": _("Right side, half turned"),
        "left": _("Left profile"),
        "right": _("Right profile"),
    }[shot.view]


def how(shot: Shot) -> str:
    """Return how to stand for a view, in a sentence."""
    return {
        "front": _("Look straight into the camera. Mouth closed, face relaxed, hair and glasses away."),
        "left-oblique": _("Turn your head a half turn to your right: the camera sees your left cheek and both eyes."),
        "right-oblique": _("Turn your head a half turn to your left: the camera sees your right cheek and both eyes."),
        "left": _("Turn to your right until the camera sees your left side only, nose pointing sideways."),
        "right": _("Turn to your left until the camera sees your right side only, nose pointing sideways."),
        "close-up": _("Bring the camera near enough for the area to fill the frame, straight in front of the skin."),
    }[shot.view]


def area_name(area: str) -> str:
    """Return an area's name."""
    words = {
        "forehead": _("Forehead"),
        "around-eyes": _("Around the eyes"),
        "under-eye": _("Under the eyes"),
        "cheeks": _("Cheeks"),
        "perioral": _("Around the mouth"),
        "upper-lip": _("Upper lip"),
        "nose": _("Nose"),
        "jawline": _("Jawline"),
        "scar-spots": _("Single scars on the face"),
        "neck": _("Neck"),
        "decollete": _("Chest and décolleté"),
        "neck-decollete": _("Neck and décolleté"),
        "hands": _("Backs of the hands"),
        "scalp": _("Scalp"),
        "back": _("Back"),
        "abdomen": _("Abdomen"),
        "thighs-hips": _("Thighs and hips"),
    }
    known = load_bank().areas
    return words.get(area) or (known[area].name if area in known else area)


def is_english() -> bool:
    """Whether the gate's own sentences can be shown as they are."""
    return (get_language() or "en").startswith("en")
