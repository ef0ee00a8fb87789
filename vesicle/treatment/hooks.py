"""Lists that later rooms add to: what happens once a visit is signed, and where its photographs are taken."""

from collections.abc import Callable
from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.treatment.models import Encounter

AfterSigning = Callable[[Actor, Encounter, datetime], None]

after_signing: list[AfterSigning] = []
"""Called inside the transaction that signs."""

photo_guides: list[Callable[[Encounter], str]] = []
"""Each returns the address of a page that guides the photographs of a visit."""
