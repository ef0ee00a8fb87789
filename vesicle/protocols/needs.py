"""What a phase of an appointment needs, as a protocol and a clinic write it.

``room``, ``provider`` and ``device`` name a kind of resource; a name after a colon says which of them will do
(``device:centrifuge``, ``room:laser``), and ``|`` divides alternatives. A name alone after ``|`` is of the kind before
it: ``device:laser|ipl``. ``device`` without a name means a device of every kind that the option's equipment lists.

Plain Python, so that the check of a protocol and the calendar read it alike.
"""

from __future__ import annotations

import re
from typing import Literal, cast

NeedKind = Literal["room", "provider", "device"]

_NAME = "[a-z0-9]+(-[a-z0-9]+)*"
_KIND = "(room|provider|device)"
_ALTERNATIVE = re.compile(f"(?P<kind>{_KIND})(:(?P<name>{_NAME}))?|(?P<bare>{_NAME})")

NEED_PATTERN = rf"^{_KIND}(:{_NAME})?(\|({_KIND}(:{_NAME})?|{_NAME}))*$"
"""The form of a need, for programs that check a file by its JSON Schema."""


def parse_need(text: str) -> tuple[tuple[NeedKind, str | None], ...]:
    """Return the alternatives of a need in the order written, each a kind and a name or ``None``.

    Raises ``ValueError``, with a sentence that says what is allowed, for anything that is not a need.
    """
    found: list[tuple[NeedKind, str | None]] = []
    for part in text.split("|"):
        match = _ALTERNATIVE.fullmatch(part.strip())
        if match is None or (match["bare"] and not found):
            raise ValueError(
                f"'{text}' is not a need: write room, provider or device, with a kind after a colon where only that "
                "will do (device:laser), and '|' between alternatives."
            )
        kind = cast("NeedKind", match["kind"]) if match["kind"] else found[-1][0]
        found.append((kind, match["name"] or match["bare"]))
    return tuple(dict.fromkeys(found))


def device_kinds(text: str) -> tuple[str | None, ...]:
    """Return the kinds of device among the alternatives of a need; ``None`` stands for every kind there is.

    Raises ``ValueError`` for anything that is not a need.
    """
    return tuple(name for kind, name in parse_need(text) if kind == "device")
