"""Roles, and a registry in which every step names its permissions and who has them.

Closed by default: a role has a permission only where it is listed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the clinic. One person may have several."""

    VISITOR = "visitor"
    PATIENT = "patient"
    FRONT_DESK = "front-desk"
    PROVIDER = "provider"
    MEDICAL_DIRECTOR = "medical-director"
    OWNER = "owner"
    INTEGRATOR = "integrator"

    @property
    def label(self) -> str:
        """The role in words."""
        return self.value.replace("-", " ").capitalize()


STAFF_ROLES = frozenset({Role.FRONT_DESK, Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.OWNER, Role.INTEGRATOR})


@dataclass(frozen=True, slots=True)
class Permission:
    """A named act and the roles that may do it. ``label`` completes "may …"."""

    code: str
    label: str
    roles: frozenset[Role]


_registry: dict[str, Permission] = {}


def define(code: str, label: str, *roles: Role) -> Permission:
    """Register a permission. Raises ``ValueError`` when the code exists with other roles."""
    permission = Permission(code, label, frozenset(roles))
    if _registry.setdefault(code, permission) != permission:
        raise ValueError(f"permission {code!r} is defined twice")
    return permission


def all_permissions() -> tuple[Permission, ...]:
    """Return every registered permission, sorted by code."""
    return tuple(_registry[code] for code in sorted(_registry))
