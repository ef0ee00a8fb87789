"""What may be done with people's records, and by whom."""

from vesicle.core.permissions import Role, define

SEE_PATIENTS = define(
    "people.see-patients",
    "look up patients",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.INTEGRATOR,
)
REGISTER_PATIENTS = define(
    "people.register-patients",
    "register patients",
    Role.VISITOR,
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.INTEGRATOR,
)
EDIT_PATIENTS = define(
    "people.edit-patients",
    "change a patient's contact details",
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
PLACE_HOLDS = define("people.place-holds", "place a hold on a patient", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
RELEASE_HOLDS = define("people.release-holds", "release a hold on a patient", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
MANAGE_STAFF = define("people.manage-staff", "add or change members of staff", Role.OWNER, Role.MEDICAL_DIRECTOR)
SEE_STAFF = define(
    "people.see-staff",
    "see who works here",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
    Role.INTEGRATOR,
)
SEE_MESSAGES = define(
    "people.see-messages",
    "see the messages sent to a patient",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
SEE_OWN_DATA = define("people.see-own-data", "see their own data and who looked at it", Role.PATIENT)
