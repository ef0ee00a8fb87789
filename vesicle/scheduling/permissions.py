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
HANDLE_REPLIES = define(
    "scheduling.handle-replies",
    "read and answer what patients reply",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
SET_MESSAGES = define(
    "scheduling.set-messages",
    "set when reminders go out and how answers are taken",
    Role.FRONT_DESK,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
MAKE_FEEDS = define(
    "scheduling.make-feeds",
    "make and revoke private calendar addresses",
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
