"""Who may read, change and approve editions."""

from vesicle.core.permissions import Role, define

SEE = define(
    "protocols.see",
    "read editions",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
    Role.INTEGRATOR,
)
CHANGE = define("protocols.change", "change the clinic's part of an edition", Role.MEDICAL_DIRECTOR, Role.OWNER)
CHANGE_TEXT = define("protocols.change_text", "change the protocol itself in an edition", Role.MEDICAL_DIRECTOR)
SIGN = define("protocols.sign", "give the second signature under an edition", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
APPROVE = define("protocols.approve", "approve or retire an edition", Role.MEDICAL_DIRECTOR)
