"""What later steps do once a visit is signed or a photograph stored: lists they add to, called in the transaction."""

from collections.abc import Callable
from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.treatment.models import Encounter, Photo

AfterSigning = Callable[[Actor, Encounter, datetime], None]

after_signing: list[AfterSigning] = []

AfterPhoto = Callable[[Actor, Photo, datetime], None]

after_photo: list[AfterPhoto] = []
