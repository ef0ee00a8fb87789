"""What cannot be used, said to people.

SkinError
└── Refused    this picture, pair or batch cannot be measured; nothing was measured
"""

from __future__ import annotations


class SkinError(Exception):
    """Anything the library says about its input."""


class Refused(SkinError):
    """A picture that cannot be used.

    Attributes
    ----------
    code : str
        Stable name of the reason, e.g. ``"too-many-pixels"``.
    message : str
        One sentence for people: what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
