"""What later steps do once a visit is signed: a list they add to, called inside the same transaction."""

from collections.abc import Callable
from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.treatment.models import Encounter

AfterSigning = Callable[[Actor, Encounter, datetime], None]

after_signing: list[AfterSigning] = []
