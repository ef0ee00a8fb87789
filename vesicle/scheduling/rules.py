"""The clinic's rules for messages, as they stand."""

from vesicle.scheduling.models import MessageRules


def message_rules(clinic_id: int) -> MessageRules:
    """Return the clinic's rules for messages; the defaults where it has set none."""
    return MessageRules.objects.filter(clinic_id=clinic_id).first() or MessageRules(clinic_id=clinic_id)
