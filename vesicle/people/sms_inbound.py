"""Text messages that patients send: how a provider hands them over, and how one knows that it was the provider.

The counterpart of ``sms``. ``VESICLE_SMS_INBOUND`` names a class with one method, ``read``, which checks the signature
before it looks at anything else. Two are here: ``SignedJson`` for a gateway of one's own, and ``TwilioForm`` for the
form that Twilio and those who imitate it send.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from vesicle.core.errors import Invalid, NotFound, NotPermitted

OLDEST = timedelta(minutes=5)
"""A signature older than this is refused, so that a copied request opens nothing later."""
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text message: who sent it, what it says, and the number the provider knows it by."""

    sender: str
    text: str
    provider_id: str


class Inbound(Protocol):
    """What reads a provider's request."""

    def read(self, request: HttpRequest, *, now: datetime) -> InboundText:
        """Return the message. Raises ``NotPermitted`` unless the provider signed it, ``Invalid`` for a broken one."""


class SignedJson:
    """``{"id": …, "from": …, "text": …}``, signed in the header ``X-Vesicle-Signature: t=<unix time>,v1=<hex>``.

    The signature is HMAC-SHA256, with ``VESICLE_SMS_INBOUND_SECRET``, of the time, a full stop, and the body as sent.
    """

    def read(self, request: HttpRequest, *, now: datetime) -> InboundText:
        """Check the signature and its age, then read."""
        parts = dict(part.partition("=")[::2] for part in request.headers.get("X-Vesicle-Signature", "").split(","))
        stamp, given = parts.get("t", ""), parts.get("v1", "")
        good = hmac.new(_secret(), f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
        if not (stamp.isascii() and stamp.isdigit() and constant_time_compare(given, good)):
            raise _unsigned()
        if abs(now.timestamp() - int(stamp)) > OLDEST.total_seconds():
            raise NotPermitted("This signature is too old. Sign the request again and check the clock.")
        try:
            data = json.loads(request.body)
            return _text(str(data["from"]), str(data["text"]), str(data["id"]))
        except (ValueError, KeyError, TypeError):
            raise Invalid("Send a JSON object with id, from and text.") from None


class TwilioForm:
    """A form with ``MessageSid``, ``From`` and ``Body``, signed in ``X-Twilio-Signature``.

    The signature is HMAC-SHA1, with the account's token (``VESICLE_SMS_INBOUND_SECRET``), of the public address
    followed by every field's name and value in the order of the names.
    """

    def read(self, request: HttpRequest, *, now: datetime) -> InboundText:
        """Check the signature, then read."""
        address = f"{settings.PUBLIC_URL}{request.get_full_path()}"
        fields = "".join(f"{name}{value}" for name in sorted(request.POST) for value in request.POST.getlist(name))
        digest = hmac.new(_secret(), (address + fields).encode(), hashlib.sha1).digest()
        if not constant_time_compare(request.headers.get("X-Twilio-Signature", ""), base64.b64encode(digest).decode()):
            raise _unsigned()
        return _text(request.POST.get("From", ""), request.POST.get("Body", ""), request.POST.get("MessageSid", ""))


def read(request: HttpRequest, *, now: datetime) -> InboundText:
    """Return the text message a provider hands over.

    Raises:
        NotFound: no provider is set up.
        NotPermitted: the request is not signed by the provider.
        Invalid: it is signed and cannot be read.
    """
    if not (settings.SMS_INBOUND and settings.SMS_INBOUND_SECRET):
        raise NotFound("There is no page at this address.")
    reader: Inbound = import_string(settings.SMS_INBOUND)()
    return reader.read(request, now=now)


def _text(sender: str, text: str, provider_id: str) -> InboundText:
    if not sender or not provider_id or len(provider_id) > 120:
        raise Invalid("A text message needs its sender and a number of its own.")
    return InboundText(sender, text[:LONGEST_TEXT].replace("\x00", ""), provider_id)


def _secret() -> bytes:
    secret: str = settings.SMS_INBOUND_SECRET
    return secret.encode()


def _unsigned() -> NotPermitted:
    return NotPermitted("This request is not signed by our provider of text messages.", code="not-signed")
