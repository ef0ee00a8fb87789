"""Encryption of what must not lie about in the open: photographs above all.

AES-256-GCM with a key derived from ``PHOTO_KEY`` by HKDF-SHA-256 (RFC 5869). The context, such as
``photo:12``, is authenticated with the data: bytes moved to another record do not open there.
"""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from vesicle.core.errors import VesicleError

_VERSION = b"VS1"
_NONCE_BYTES = 12
_INFO = b"vesicle vault 1"


class CannotOpen(VesicleError):
    """Sealed data that this installation cannot read: wrong key, other record, or altered."""

    status = 409
    code = "cannot-open"


def seal(data: bytes, *, context: str) -> bytes:
    """Return ``data`` encrypted for ``context``. The same data never seals to the same bytes twice."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(settings.PHOTO_KEY).encrypt(nonce, data, context.encode())


def open_sealed(sealed: bytes, *, context: str) -> bytes:
    """Return what ``seal`` was given.

    Raises:
        CannotOpen: the bytes were altered, belong to another context, or another key sealed them.
    """
    head = len(_VERSION)
    nonce, rest = sealed[head : head + _NONCE_BYTES], sealed[head + _NONCE_BYTES :]
    try:
        if sealed[:head] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise InvalidTag
        return _cipher(settings.PHOTO_KEY).decrypt(nonce, rest, context.encode())
    except InvalidTag:
        raise CannotOpen(
            "This file cannot be opened: it was altered, belongs to another record, or was stored with another key. "
            "Restore it from a backup, or check VESICLE_PHOTO_KEY."
        ) from None


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
    return AESGCM(key)
