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
LET_THROUGH = define(
    "scheduling.let-through",
    "book in spite of a gate about visits before or days between, with a reason",
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
RECORD_RESULT = define(
    "scheduling.record-result",
    "record what a patch test or consultation showed",
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
WRITE_POLICY = define(
    "scheduling.write-policy",
    "write the clinic's cancellation policy",
    Role.OWNER,
    Role.MEDICAL_DIRECTOR,
)
SEE_FEES = define(
    "scheduling.see-fees",
    "see fees and deposits",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
TAKE_MONEY = define(
    "scheduling.take-money",
    "mark fees and deposits as paid or given back",
    Role.FRONT_DESK,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
WAIVE_FEE = define(
    "scheduling.waive-fee",
    "waive a fee with a reason, where the clinic's policy names the role",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
COMBINE = define(
    "scheduling.combine",
    "say that treatments may follow each other in one visit where no protocol does",
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
