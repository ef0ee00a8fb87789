"""What ``vesicle doctor`` asks of this room: can patients answer us?"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from vesicle.core.health import Finding, HealthCheck, note, ok, problem
from vesicle.people.domain import contact_problems


def answers() -> Iterable[Finding]:
    """Are answers by text message and e-mail taken, and set up whole?"""
    yield _texts()
    if not settings.REPLY_ADDRESS:
        remedy = "Set VESICLE_REPLY_ADDRESS to a mailbox that takes plus addresses."
        yield note("answers to e-mails are not read", remedy)
    elif contact_problems(email=settings.REPLY_ADDRESS, phone="", time_zone="UTC"):
        remedy = "Give VESICLE_REPLY_ADDRESS as name@domain, without a name before it."
        yield problem(f"{settings.REPLY_ADDRESS!r} is no address for answers", remedy)
    else:
        yield ok(f"answers to e-mails go to {settings.REPLY_ADDRESS}")


def _texts() -> Finding:
    if not settings.SMS_INBOUND:
        remedy = "Set VESICLE_SMS_INBOUND and its secret; docs/running.md says how."
        return note("text messages from patients are not taken", remedy)
    if not settings.SMS_INBOUND_SECRET:
        return problem("text messages are refused: there is no secret", "Set VESICLE_SMS_INBOUND_SECRET.")
    try:
        import_string(settings.SMS_INBOUND)
    except ImportError as error:
        remedy = "Name a class as in docs/running.md, such as vesicle.people.sms_inbound.TwilioForm."
        return problem(f"VESICLE_SMS_INBOUND: {error}", remedy)
    return ok("text messages from patients are taken")


ANSWERS = HealthCheck("answers", answers)
