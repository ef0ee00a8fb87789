"""Answers by e-mail, read from a mailbox file or one message: what of it the patient wrote, and to which letter."""

import hashlib
import mailbox
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses, parseaddr
from html import unescape

from vesicle.scheduling import replies
from vesicle.scheduling.domain.replies import own_words

AUTOMATIC = "automatic"
_TAG = re.compile(r"<[^>]+>")
_BREAK = re.compile(r"<(br|/p|/div|/li|blockquote)\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(r"<blockquote\b|<div[^>]+gmail_quote", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: how many messages, and how many of each outcome."""

    messages: int
    outcomes: dict[str, int]


def read(data: bytes, *, now: datetime) -> Read:
    """Take every message of a mailbox (mbox) or one message alone; return what became of them.

    Out-of-office notes, bounces and other mail that no person wrote are left out.
    """
    outcomes: Counter[str] = Counter()
    for message in _messages(data):
        outcomes[_take(message, now)] += 1
    return Read(outcomes.total(), dict(sorted(outcomes.items())))


def _messages(data: bytes) -> Iterator[EmailMessage]:
    if not data.startswith(b"From "):
        if data.strip():
            yield _parsed(data)
        return
    with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
        file.write(data)
        file.flush()
        box = mailbox.mbox(file.name, create=False)
        for key in box.iterkeys():
            yield _parsed(box.get_bytes(key))
        box.close()


def _parsed(data: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=default).parsebytes(data)


def _take(message: EmailMessage, now: datetime) -> str:
    if _is_automatic(message):
        return AUTOMATIC
    recipients = " ".join(
        address for _, address in getaddresses(_all(message, "to", "delivered-to", "x-original-to", "cc"))
    )
    return replies.receive_mail(
        sender=parseaddr(str(message.get("from", "")))[1],
        addressed=f"{recipients} {message.get('subject', '')}",
        text=own_words(_text(message))[:2000].replace("\x00", ""),
        provider_id=_identity(message),
        now=now,
    )


def _all(message: EmailMessage, *names: str) -> list[str]:
    return [str(value) for name in names for value in message.get_all(name, [])]


def _is_automatic(message: EmailMessage) -> bool:
    submitted = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("precedence", "")).strip().lower()
    sender = parseaddr(str(message.get("from", "")))[1].lower()
    return (
        submitted != "no"
        or precedence in ("bulk", "list", "junk", "auto_reply")
        or str(message.get("return-path", "")).strip() == "<>"
        or sender.startswith(("mailer-daemon@", "postmaster@"))
        or any(message.get(name) for name in ("x-autoreply", "x-autorespond", "list-id"))
    )


def _text(message: EmailMessage) -> str:
    """Return the words of a message; of HTML what stands before the quotation, without its tags."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if part.get_content_subtype() != "html":
        return content
    content = _QUOTE.split(_UNSEEN.sub("", content), maxsplit=1)[0]
    return unescape(_TAG.sub("", _BREAK.sub("\n", content)))


def _identity(message: EmailMessage) -> str:
    """Return the number a message has in the world; a digest of it all where it brings none, or one too long."""
    number = str(message.get("message-id", "")).strip()
    return number if 0 < len(number) <= 200 else hashlib.sha256(message.as_bytes()).hexdigest()
