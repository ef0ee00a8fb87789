"""What later rooms do once an edition is approved or retired: lists they add to, called in the same transaction."""

from collections.abc import Callable

from vesicle.core.actor import Actor
from vesicle.protocols.models import Edition

AfterApproval = Callable[[Actor, Edition, Edition | None], None]
"""Whoever gave the last signature, the edition that is in force from now on, and the one it replaces, if any."""

after_approval: list[AfterApproval] = []

AfterRetirement = Callable[[Actor, Edition], None]
"""Whoever retired an edition, and the edition: its treatment is not offered any more."""

after_retirement: list[AfterRetirement] = []
