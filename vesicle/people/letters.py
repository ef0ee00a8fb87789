"""Words of the messages this room sends."""

from django.utils.translation import gettext as _


def sign_in(*, called: str, clinic: str, code: str, url: str, minutes: int) -> tuple[str, str]:
    """Return subject and text of the message with a sign-in link and code, in the language in force."""
    text = "\n\n".join(
        [
            _("Hello %(name)s,") % {"name": called},
            _("here is your way in to %(clinic)s. Open this link:") % {"clinic": clinic},
            url,
            _("or enter this code on the page where you asked for it:"),
            f"{code[:3]} {code[3:]}",
            _(
                "Both work once, for %(minutes)d minutes. If you did not ask for this, do nothing: nobody gets in "
                "without this message."
            )
            % {"minutes": minutes},
            f"{clinic}\n",
        ]
    )
    return _("Your sign-in code for %(clinic)s") % {"clinic": clinic}, text
