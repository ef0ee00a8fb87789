"""Who may open the staff's own pages."""

from vesicle.core.permissions import Role, define

OPEN = define(
    "desk.open",
    "open the desk",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
    Role.INTEGRATOR,
)
READ_AUDIT = define("desk.read-audit", "read the audit trail", Role.MEDICAL_DIRECTOR, Role.OWNER)
SEE_FIGURES = define("desk.see-figures", "see how the clinic's time is used", Role.MEDICAL_DIRECTOR, Role.OWNER)
