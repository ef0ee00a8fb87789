"""Text messages, through an interface: a clinic plugs in its provider, development writes files.

``SMS_BACKEND`` names a class with one method, ``send``. It must return only when the message was
accepted, raise ``Refused`` when it certainly was not, and anything else when it cannot tell.
"""

import secrets
import sys
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Refused(Exception):
    """The provider certainly did not take the message. ``for_good`` when trying again is useless."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Backend(Protocol):
    """What a provider of text messages has to offer."""

    def send(self, recipient: str, text: str) -> None:
        """Hand over one message, or raise (see the module)."""


class FileBackend:
    """Writes each message to a file of its own in ``SMS_FILE_PATH``."""

    def send(self, recipient: str, text: str) -> None:
        """Write the message."""
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"sms-{secrets.token_hex(8)}.txt"
        path.write_text(f"To: {recipient}\n\n{text}\n", encoding="utf-8")


class ConsoleBackend:
    """Prints each message to standard output."""

    def send(self, recipient: str, text: str) -> None:
        """Print the message."""
        sys.stdout.write(f"Text message to {recipient}:\n{text}\n\n")
        sys.stdout.flush()


class MemoryBackend:
    """Keeps messages in ``outbox``, for tests."""

    outbox: list[tuple[str, str]] = []

    def send(self, recipient: str, text: str) -> None:
        """Keep the message."""
        self.outbox.append((recipient, text))


def backend() -> Backend:
    """Return the backend that the settings name."""
    made: Backend = import_string(settings.SMS_BACKEND)()
    return made
