"""Who may chart, read charts and trace lots."""

from vesicle.core.permissions import Role, define

CHART = define("treatment.chart", "chart a visit", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
SIGN = define("treatment.sign", "sign a visit", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
READ = define("treatment.read", "read charts", Role.PATIENT, Role.PROVIDER, Role.MEDICAL_DIRECTOR)
TRACE = define("treatment.trace", "list everyone treated with a lot", Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.OWNER)
"""The owner may trace a lot: a recall cannot wait for a clinician."""
PHOTOGRAPH = define("treatment.photograph", "store photographs", Role.PATIENT, Role.PROVIDER, Role.MEDICAL_DIRECTOR)
PUBLISH = define(
    "treatment.publish", "choose photographs for the clinic's public pages", Role.OWNER, Role.MEDICAL_DIRECTOR
)
"""Only of patients who agreed to this use; it opens no chart."""
