"""The verbs of candidacy: begin, answer, finish, ask a provider, decide, meet a condition, withdraw, limit, replay."""

from vesicle.candidacy.services.answers import answer, reconfirm, skip
from vesicle.candidacy.services.authority import lift_limit, limit_clearing
from vesicle.candidacy.services.conditions import meet_condition
from vesicle.candidacy.services.decisions import decide_review, revoke_clearance
from vesicle.candidacy.services.medicines import Meant, name_medicines
from vesicle.candidacy.services.reminders import link_to, remind, token_for
from vesicle.candidacy.services.replaying import Replay, replay
from vesicle.candidacy.services.rescreening import close_rule_change, rescreen
from vesicle.candidacy.services.reviews import ensure_exam, ensure_review, open_review, renew_exam, request_review
from vesicle.candidacy.services.screenings import (
    Started,
    ask_in_full,
    ask_provider,
    attach_patient,
    choose,
    complete,
    screen,
    start_screening,
    state_wishes,
    widen,
)

__all__ = [
    "Meant",
    "Replay",
    "Started",
    "answer",
    "ask_in_full",
    "ask_provider",
    "attach_patient",
    "choose",
    "close_rule_change",
    "complete",
    "decide_review",
    "ensure_exam",
    "ensure_review",
    "lift_limit",
    "limit_clearing",
    "link_to",
    "meet_condition",
    "name_medicines",
    "open_review",
    "reconfirm",
    "remind",
    "renew_exam",
    "replay",
    "request_review",
    "rescreen",
    "revoke_clearance",
    "screen",
    "skip",
    "start_screening",
    "state_wishes",
    "token_for",
    "widen",
]
