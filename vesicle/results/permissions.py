"""Who may answer follow-ups, record measurements and read results."""

from vesicle.core.permissions import Role, define

ANSWER = define("results.answer", "answer a follow-up about themselves", Role.PATIENT)
MEASURE = define("results.measure", "record measurements", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
READ = define("results.read", "read results", Role.PATIENT, Role.PROVIDER, Role.MEDICAL_DIRECTOR)
RATE = define("results.rate", "rate photographs without knowing which is before", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
OPEN_ROUND = define("results.open-round", "have photographs rated", Role.MEDICAL_DIRECTOR)
SETTLE_RETEST = define("results.settle-retest", "say how well a camera repeats itself", Role.MEDICAL_DIRECTOR)
SEE_OUTCOMES = define("results.outcomes", "see the clinic's own outcomes", Role.OWNER, Role.MEDICAL_DIRECTOR)
EXPORT_OUTCOMES = define("results.export-outcomes", "take out results without names", Role.OWNER, Role.MEDICAL_DIRECTOR)
SHOW_OWN_RESULT = define("results.show-own", "show the clinic's own result on a treatment's page", Role.OWNER)
SHOW_PAIRS = define(
    "results.show-pairs",
    "show a patient's photographs on a treatment's page, with their consent",
    Role.OWNER,
    Role.MEDICAL_DIRECTOR,
)
KEEP_MAINTENANCE = define(
    "results.maintenance",
    "see, move and cancel reminders of maintenance",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
