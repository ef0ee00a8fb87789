"""Whether patients can answer us, as ``vesicle doctor`` says it."""

import pytest

from vesicle.core import health
from vesicle.people.doctor import ANSWERS

TWILIO = "vesicle.people.sms_inbound.TwilioForm"


@pytest.mark.parametrize(
    ("inbound", "secret", "address", "states"),
    [
        ("", "", "", ["note", "note"]),
        (TWILIO, "s", "replies@clinic.example", ["ok", "ok"]),
        (TWILIO, "", "Replies <replies@clinic.example>", ["problem", "problem"]),
        ("vesicle.people.sms_inbound.Nothing", "s", "clinic.example", ["problem", "problem"]),
    ],
)
def test_says_what_is_set_up_and_what_is_wrong(settings, inbound, secret, address, states):
    settings.SMS_INBOUND, settings.SMS_INBOUND_SECRET, settings.REPLY_ADDRESS = inbound, secret, address
    assert [finding.state.value for finding in ANSWERS.look()] == states


def test_is_asked_by_the_doctor():
    assert ANSWERS in health.CHECKS
