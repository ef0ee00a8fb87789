"""Who may answer follow-ups, record measurements and read results."""

from vesicle.core.permissions import Role, define

ANSWER = define("results.answer", "answer a follow-up about themselves", Role.PATIENT)
MEASURE = define("results.measure", "record measurements", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
READ = define("results.read", "read results", Role.PATIENT, Role.PROVIDER, Role.MEDICAL_DIRECTOR)
RATE = define("results.rate", "rate photographs without knowing which is before", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
OPEN_ROUND = define("results.open-round", "have photographs rated", Role.MEDICAL_DIRECTOR)
SETTLE_RETEST = define("results.settle-retest", "say how well a camera repeats itself", Role.MEDICAL_DIRECTOR)
