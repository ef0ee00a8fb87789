"""The request as our views receive it: with the clinic and the actor already known."""

from django.http import HttpRequest as DjangoRequest
from django_htmx.middleware import HtmxDetails

from vesicle.clinic.models import Clinic
from vesicle.core.actor import Actor


class HttpRequest(DjangoRequest):
    """A request that ``ActorMiddleware`` has seen."""

    actor: Actor
    clinic: Clinic
    htmx: HtmxDetails
