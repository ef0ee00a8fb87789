"""Who may do what with appointments."""

from vesicle.core.permissions import Role, define

BOOK = define(
    "scheduling.book",
    "hold and book appointments",
    Role.VISITOR,
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
    Role.INTEGRATOR,
)
SEE_DAY = define(
    "scheduling.see-day",
    "see the clinic's day",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
RUN_DAY = define(
    "scheduling.run-day",
    "check patients in and record who did not come",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
