"""What later rooms do once an edition is approved: a list they add to, called inside the same transaction."""

from collections.abc import Callable

from vesicle.core.actor import Actor
from vesicle.protocols.models import Edition

AfterApproval = Callable[[Actor, Edition, Edition | None], None]
"""Whoever gave the last signature, the edition that is in force from now on, and the one it replaces, if any."""

after_approval: list[AfterApproval] = []
