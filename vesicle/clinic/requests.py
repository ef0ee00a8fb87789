"""The request as our views receive it: with the clinic and the actor already known."""

from vesicle.clinic.models import Clinic
from vesicle.people.requests import HttpRequest as RequestWithActor


class HttpRequest(RequestWithActor):
    """A request that the middleware ``ClinicAndActor`` has seen."""

    clinic: Clinic
