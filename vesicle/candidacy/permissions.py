"""Who may answer, who may look, and who may decide."""

from vesicle.core.permissions import Role, define

ANSWER = define(
    "candidacy.answer",
    "answer the candidacy questions",
    Role.VISITOR,
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.INTEGRATOR,
)
ASK_REVIEW = define(
    "candidacy.ask-review",
    "ask a provider to decide",
    Role.VISITOR,
    Role.PATIENT,
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.INTEGRATOR,
)
SEE_QUEUE = define(
    "candidacy.see-queue",
    "see who waits for a provider's decision",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
SEE_ANSWERS = define("candidacy.see-answers", "read what a patient answered", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
DECIDE = define("candidacy.decide", "decide about a patient's candidacy", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
WITHDRAW = define("candidacy.withdraw", "withdraw a clearance", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
CLOSE_RULE_CHANGE = define(
    "candidacy.close-rule-change",
    "deal with somebody whom a change of rules affects",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
)
MEET = define("candidacy.meet-condition", "note that a condition is met", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
SET_LIMITS = define("candidacy.set-limits", "set who may clear at this clinic", Role.MEDICAL_DIRECTOR)
SEE_METRICS = define("candidacy.see-metrics", "see the figures about reviews", Role.MEDICAL_DIRECTOR, Role.OWNER)
