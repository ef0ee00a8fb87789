"""The verbs of protocols: install releases; draft, change, submit, sign and retire editions."""

from vesicle.protocols.services.drafts import draft_edition, return_to_draft, submit_for_review
from vesicle.protocols.services.moments import cancel_moment, hold_back, move_moment, settle_due
from vesicle.protocols.services.releases import install_library
from vesicle.protocols.services.signing import approve_edition, decide_signatures, retire_edition
from vesicle.protocols.services.steps import MAY_BECOME, content_hash
from vesicle.protocols.services.texts import (
    TextRefused,
    change_protocol,
    discard_text,
    examine,
    import_protocol,
    own_version,
    restore_text,
    start_text,
)
from vesicle.protocols.services.words import change_overlay, restore_words

__all__ = [
    "MAY_BECOME",
    "TextRefused",
    "approve_edition",
    "cancel_moment",
    "change_overlay",
    "change_protocol",
    "content_hash",
    "decide_signatures",
    "discard_text",
    "draft_edition",
    "examine",
    "hold_back",
    "import_protocol",
    "install_library",
    "move_moment",
    "own_version",
    "restore_text",
    "restore_words",
    "retire_edition",
    "return_to_draft",
    "settle_due",
    "start_text",
    "submit_for_review",
]
