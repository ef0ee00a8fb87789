"""What the guide says: names of views, how to take each, and the gate's findings in the reader's language."""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from vesicle.core import languages
from vesicle.core.spoken import filled, lowered
from vesicle.protocols.translating import bank_in
from vesicle.results.capture.domain import Shot
from vesicle.skin import Problem


def title(shot: Shot) -> str:
    """Return the name of a view; a close-up is named after what it shows."""
    if shot.area:
        return filled(_("Close-up: %(area)s"), {"area": lowered(area_name(shot.area))})
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
    known = bank_in(languages.active()).areas
    return known[area].name if area in known else area


def problem(found: Problem) -> str:
    """Return what is wrong with a photograph and what to do about it.

    The photo library says it in English; in another language the same is said from the problem's code and value.
    """
    english = " ".join(part for part in (found.sentence, found.advice) if part)
    if found.code not in _PROBLEMS or (get_language() or "en").startswith("en"):
        return english
    return said(found.code, found.region or "", found.value or 0)


def said(code: str, region: str, value: float | str) -> str:
    """Return what is wrong with a photograph, from a problem's code and facts alone."""
    where = {
        "forehead": _("on the forehead"),
        "cheek-left": _("on the left cheek"),
        "cheek-right": _("on the right cheek"),
        "chin": _("on the chin"),
    }.get(region, _("on the face"))
    words = _PROBLEMS.get(code, noop("It cannot be measured."))
    return gettext(words) % {"where": where, "value": f"{abs(float(value)):.0f}"}


_PROBLEMS = {
    "too-dark": noop("Too dark %(where)s. Add light from the front."),
    "over-exposed": noop("Too bright %(where)s: the skin is blown out. Lower the exposure or step back from the lamp."),
    "one-sided-light": noop("The light comes from one side. Light both sides of the face alike."),
    "top-light": noop("The light comes from above. Put the lamp at the height of the face."),
    "colour-cast": noop("The light has a strong color. Use white light."),
    "black-and-white": noop("The photograph is black and white, or in shades of one color. Take it in color."),
    "photo-of-photo": noop("This looks like a photograph of a screen. Photograph the face itself."),
    "tilted": noop("The head leans %(value)s° to the side. Hold head and camera upright."),
    "turned": noop("The head is turned %(value)s° too far. Turn it as the outline shows."),
    "nodding": noop("The chin is %(value)s° too high or too low. Look straight at the camera."),
    "smiling": noop("You are smiling. Relax your face and close your mouth."),
    "mouth-open": noop("The mouth is open. Close it and relax your face."),
    "brows-raised": noop("The brows are raised. Relax the forehead."),
    "mirrored": noop("This picture is mirrored. Turn off mirroring and take it again."),
    "too-close": noop("The camera is too close. Step back."),
    "too-far": noop("The camera is too far away. Come closer."),
    "blurred": noop("The photograph is blurred. Hold the camera still and tap on the face to focus."),
    "motion": noop("Somebody moved. Hold still and take it again."),
    "compressed": noop("The photograph has been packed too strongly. Send it as it came from the camera."),
    "covered": noop("Something covers the face. Take off mask, glasses and hair."),
    "glasses": noop("Glasses cover the skin around the eyes. Take them off."),
    "no-face": noop("No face was found in this picture. Face the camera and fill the outline."),
    "several-faces": noop("There is more than one face in the picture. Only yours should be in it."),
    "not-a-picture": noop("This file is not a photograph we can read. Use JPEG, PNG, WebP, TIFF or HEIC."),
    "damaged": noop("This picture is damaged or incomplete. Take or copy it again."),
    "animated": noop("This is a moving picture. Use a single photograph."),
    "too-many-pixels": noop("This picture is too large. Use one of at most 60 megapixels."),
    "too-small": noop("The face has too few points. Come closer or use the better camera."),
}
