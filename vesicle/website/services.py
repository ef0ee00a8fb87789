"""Verbs of the website: a draft from an imported page."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.protocols import queries as protocols
from vesicle.protocols import services as editions
from vesicle.protocols.models import Edition
from vesicle.website.importing.draft import Proposal

IMPORTED = audit.define("edition.imported", "began an edition from an old page")


def draft_from_page(*, by: Actor, treatment: str, proposal: Proposal, page: str) -> Edition:
    """Begin a draft that takes over what an imported page gives; the rest is as in the approved edition.

    Raises ``Invalid`` when the page gives nothing. ``page`` is its name, for the audit.
    """
    if proposal.is_empty:
        raise Invalid("There is nothing on that page that a draft could take over.")
    with transaction.atomic():
        approved = protocols.standing(by, treatment).approved
        before: dict[str, Any] = approved.overlay if approved is not None else {}
        edition = editions.draft_edition(by=by, treatment=treatment, overlay=proposal.over(before))
        detail = {"page": page[:120], "left_out": len(proposal.left_out), "questions": len(proposal.questions)}
        audit.record(IMPORTED, by=by, about=edition, detail=detail)
    return edition
