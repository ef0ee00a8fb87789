"""Who may sign, see and withdraw consents."""

from vesicle.core.permissions import Role, define

SIGN = define("consent.sign", "sign or withdraw a consent for themselves", Role.PATIENT)
SEE = define(
    "consent.see",
    "read signed consents",
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
