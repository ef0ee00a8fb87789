"""Who is asking. Every service and every read of clinical data receives an ``Actor``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vesicle.core.errors import NotPermitted
from vesicle.core.permissions import Permission, Role

ActorKind = Literal["staff", "patient", "visitor", "integrator", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or program acting within one clinic.

    ``id`` is the staff or patient id (``None`` for visitors and the system itself);
    ``licence`` is an id of the licence list, empty for people without one; ``language`` is the one a patient likes to
    be spoken to in, empty for all others.
    """

    kind: ActorKind
    id: int | None
    name: str
    clinic_id: int
    roles: frozenset[Role] = frozenset()
    licence: str = ""
    language: str = ""

    @classmethod
    def visitor(cls, clinic_id: int) -> Actor:
        """Somebody who has not said who they are."""
        return cls("visitor", None, "Visitor", clinic_id, frozenset({Role.VISITOR}))

    @classmethod
    def system(cls, clinic_id: int, name: str) -> Actor:
        """A named background job. It may do what its code says; the audit trail shows its name."""
        return cls("system", None, name, clinic_id)

    @property
    def person_id(self) -> int:
        """The staff or patient id of somebody who must be one. Raises ``NotPermitted`` for anybody else."""
        if self.id is None:
            raise NotPermitted("This has to be done by a person who is signed in.")
        return self.id

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of the clinic's staff."""
        return self.kind == "staff"

    @property
    def is_patient(self) -> bool:
        """Whether this is a patient who has identified themselves."""
        return self.kind == "patient"

    def may(self, permission: Permission) -> bool:
        """Return whether the actor has ``permission``."""
        return self.kind == "system" or bool(self.roles & permission.roles)

    def require(self, permission: Permission) -> None:
        """Raise ``NotPermitted`` unless the actor has ``permission``."""
        if not self.may(permission):
            allowed = ", ".join(sorted(role.label.lower() for role in permission.roles)) or "nobody"
            raise NotPermitted(f"Your role may not {permission.label}. It is for: {allowed}.")
