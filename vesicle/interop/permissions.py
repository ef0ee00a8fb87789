"""Who may give programs access."""

from vesicle.core.permissions import Role, define

MANAGE_KEYS = define("interop.manage-keys", "make and revoke keys for other programs", Role.OWNER, Role.INTEGRATOR)
