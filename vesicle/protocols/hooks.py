"""What later rooms do with an edition: lists they add to, read in the order in which rooms added them.

``before_submission``, ``before_signing``, ``after_approval`` and ``after_retirement`` are called inside the
transaction of the verb; ``beside_words`` and ``on_edition`` show something on the pages of the editor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.protocols.models import Edition

AfterApproval = Callable[[Actor, Edition, Edition | None], None]
"""Whoever gave the last signature, the edition that is in force from now on, and the one it replaces, if any."""

after_approval: list[AfterApproval] = []

AfterRetirement = Callable[[Actor, Edition], None]
"""Whoever retired an edition, and the edition: its treatment is not offered any more."""

after_retirement: list[AfterRetirement] = []


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps an edition from going on: where it stands, what it is, why, and how to mend it."""

    where: str
    what: str
    why: str
    mend: str
    url: str = ""

    def __str__(self) -> str:
        return " ".join(
            part for part in (f"{self.where}:", f"“{self.what}”" if self.what else "", self.why, self.mend) if part
        )


class NotReady(Conflict):
    """An edition cannot be submitted or approved as it is; ``faults`` are all there is to mend."""

    code = "not-ready"

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join([message, *map(str, faults)]))
        self.summary = message
        self.faults = tuple(faults)


Check = Callable[[Actor, Edition], Sequence[Fault]]
"""Given who acts and the edition (locked), return what is wrong with it; nothing lets it pass."""

before_submission: list[Check] = []
before_signing: list[Check] = []


def require_ready(checks: Sequence[Check], by: Actor, edition: Edition, what: str) -> None:
    """Raise ``NotReady`` with everything that the checks of other rooms find."""
    faults = [fault for check in checks for fault in check(by, edition)]
    if faults:
        things = "one thing has" if len(faults) == 1 else f"{len(faults)} things have"
        raise NotReady(f"Edition {edition.number} cannot be {what} yet: {things} to be mended.", faults)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a room shows beside the words of a draft.

    ``by_field`` is HTML by the name of the form's field, ``summary`` stands above the form, ``url`` is asked by
    ``script`` (a static file) for the same again while somebody types, and ``evidence_url`` is where saving may lead.
    """

    summary: SafeString
    by_field: Mapping[str, SafeString] = field(default_factory=dict)
    url: str = ""
    script: str = ""
    style: str = ""
    evidence_url: str = ""


BesideWords = Callable[[Actor, Edition, Mapping[str, str]], Beside]
"""Given who edits, the draft, and what its form holds, as typed, by the name of the field."""

beside_words: list[BesideWords] = []

MayBePublic = Callable[[int, int], bool | None]
"""Given the clinic and the number of a picture, return whether it may be public today; ``None`` where it always may."""

on_pictures: list[MayBePublic] = []

OnEdition = Callable[[Actor, Edition], SafeString]
on_edition: list[OnEdition] = []
"""What a room shows on the page of one edition; empty for nothing."""

on_overview: list[Callable[[Actor], SafeString]] = []
"""What a room shows above the list of all treatments; empty for nothing."""
