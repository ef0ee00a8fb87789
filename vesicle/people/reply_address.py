"""Where an answer to an e-mail comes back to: an address that names the message and cannot be guessed.

``VESICLE_REPLY_ADDRESS`` is a mailbox that takes plus addresses (``replies@clinic.example``); each e-mail to a patient
then asks for answers to ``replies+17-3f…@clinic.example``. The part after the number is made from the secret key, so
nothing is stored that would open anything, and nobody can answer a message they did not receive.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from vesicle.people.models import Message

_SALT = "vesicle.people.reply"
_DIGITS = 24
_TOKEN = re.compile(rf"(?<![0-9a-z])(\d{{1,12}})-([0-9a-f]{{{_DIGITS}}})(?![0-9a-z])", re.IGNORECASE)


def token_of(message: Message) -> str:
    """Return the token that names a message in answers to it."""
    return f"{message.pk}-{_proof(message.pk)}"


def answered_in(text: str) -> int | None:
    """Return the number of the message whose token stands in an address or subject; ``None`` without a true one."""
    for number, proof in _TOKEN.findall(text):
        if constant_time_compare(proof.lower(), _proof(int(number))):
            return int(number)
    return None


def reply_to(message: Message) -> list[str]:
    """Return the address for answers, in a list as e-mail takes it; empty where none is set up or nobody answers."""
    mailbox, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not at or message.patient_id is None:
        return []
    return [f"{mailbox}+{token_of(message)}@{domain}"]


def _proof(number: int) -> str:
    return salted_hmac(_SALT, str(number), algorithm="sha256").hexdigest()[:_DIGITS]
