"""Who may see alerts, close them, and record adverse events."""

from vesicle.core.permissions import Role, define

SEE_ALERTS = define("aftercare.see-alerts", "see alerts", Role.FRONT_DESK, Role.PROVIDER, Role.MEDICAL_DIRECTOR)
CLOSE_ALERT = define("aftercare.close-alert", "close an alert", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
RECORD_EVENT = define("aftercare.record-event", "record an adverse event", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
ANSWER = define("aftercare.answer", "answer a check-in about themselves", Role.PATIENT)
