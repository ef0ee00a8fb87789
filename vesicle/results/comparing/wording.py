"""Why a change is what it is, in the language in force. The photo library gives codes and facts."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from vesicle.results.capture import wording

Facts = Mapping[str, float | str]

_REASONS = {
    "swelling-window": noop("Taken on day %(day)s: skin may be swollen until day %(until)s, so it does not count."),
    "not-compared-yet": noop("Not compared yet with the photographs from before."),
    "mirrored": noop("One of the photographs is mirrored, so they cannot be compared."),
    "not-same-face": noop("The photographs do not show the same face in the same view."),
    "unlike": noop("The photographs do not show the same face in the same view."),
    "too-coarse": noop(
        "This needs %(least)s pixels a millimeter; these photographs have %(native)s. Come closer or use a better "
        "camera."
    ),
    "too-soft": noop("One of the photographs is much softer than the other, so fine detail cannot be compared."),
    "too-little-skin": noop(
        "Too little of this skin is seen at both visits: hair, shadow, shine or the picture's edge."
    ),
    "too-little": noop("Too little of it is there to be compared."),
    "tone-not-retested": noop("This clinic's repeated photographs hold nobody of this skin tone."),
    "among-many": noop("Among %(count)s outcomes that nobody named before, so large a change comes by chance."),
}
"""Of a whole comparison or of one change; what is not here needs no reason beside its verdict."""


def why(code: str, facts: Facts) -> str:
    """Return the reason for people; empty where the verdict says all of it."""
    if code in ("", "beyond-noise", "within-noise"):
        return ""
    if code == "refused":
        found = wording.said(str(facts.get("problem", "")), str(facts.get("region", "")), facts.get("value", 0))
        which = gettext("The photograph from before:") if facts.get("which") == "first" else gettext("The later one:")
        return f"{which} {found}"
    if code in _REASONS:
        return gettext(_REASONS[code]) % {name: _short(value) for name, value in facts.items()}
    return wording.said(code, "", 0)


def _short(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
