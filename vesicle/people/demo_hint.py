"""Helps visitors of a demo clinic in: its logins, with the code their authenticator app would show now.

``demo`` fills ``sources``; elsewhere the list stays empty and the sign-in page shows nothing.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

_PERIOD = 30
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A made-up member of staff: e-mail address, password, and the secret of their authenticator app (base32)."""

    name: str
    role: str
    email: str
    password: str
    secret: str

    def code(self, now: datetime) -> str:
        """Return the six digits for this moment (RFC 6238 with SHA-1 and half minutes)."""
        counter = struct.pack(">Q", int(now.timestamp()) // _PERIOD)
        digest = hmac.new(base64.b32decode(self.secret, casefold=True), counter, hashlib.sha1).digest()
        at = digest[-1] & 0x0F
        number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
        return f"{number % 10**_DIGITS:0{_DIGITS}}"


sources: list[Callable[[int], Sequence[DemoLogin]]] = []
"""Functions from a demo clinic's id to its logins."""


def logins(clinic_id: int) -> list[DemoLogin]:
    """Return the demo logins of a clinic."""
    return [login for source in sources for login in source(clinic_id)]
