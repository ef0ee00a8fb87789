"""Works out which clinic a request is for and who is asking, and puts the clinic in scope.

Staff belong to their clinic wherever they sign in; a patient's session names the clinic that made
it; visitors get the clinic whose domain they typed, or the installation's first one.
"""

from collections.abc import Callable

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse

from vesicle.clinic.queries import clinic_by_id, clinic_for_host
from vesicle.clinic.requests import HttpRequest
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.people import identity


class ClinicAndActor:
    """Sets ``request.clinic`` and ``request.actor`` and runs the rest inside the clinic's scope."""

    def __init__(self, get_response: Callable[[DjangoRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request within the right clinic. Without any clinic there is nothing to scope."""
        actor = identity.actor_of(request)
        clinic = clinic_by_id(actor.clinic_id) if actor else clinic_for_host(request.get_host())
        if clinic is None:
            return self.get_response(request)
        request.clinic = clinic
        request.actor = actor or Actor.visitor(clinic.pk)
        with clinic_scope(clinic.pk):
            return self.get_response(request)
