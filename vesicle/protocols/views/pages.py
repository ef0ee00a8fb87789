"""What the pages on editions share: the facts of one edition, and the page that shows it."""

from dataclasses import dataclass
from typing import Any

from vesicle.clinic.requests import HttpRequest
from vesicle.protocols import forms, permissions, presenters, queries
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.schema import Option, Protocol

STATEMENT = "I have read this edition and approve it for use at {clinic}."


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition with everything its pages read."""

    edition: Any
    protocol: Protocol
    released: tuple[Option, ...]
    overlay: Overlay

    @property
    def side(self) -> presenters.Side:
        """The edition as one side of a comparison."""
        return presenters.Side(self.protocol, self.released, self.overlay)


def opened(request: HttpRequest, edition_id: int) -> Opened:
    """Return an edition of the actor's clinic. Raises ``NotFound``."""
    edition = queries.edition(request.actor, edition_id)
    return Opened(edition, *queries.text_of(edition), Overlay.model_validate(edition.overlay))


def rights(request: HttpRequest) -> dict[str, object]:
    """Return what the actor may do here, for templates."""
    return {
        "may_change": request.actor.may(permissions.CHANGE),
        "may_approve": request.actor.may(permissions.APPROVE) and bool(request.actor.licence),
        "lacks_licence": request.actor.may(permissions.APPROVE) and not request.actor.licence,
    }


def edition_context(request: HttpRequest, one: Opened, **forms_in_hand: object) -> dict[str, object]:
    """Return everything the page of one edition prints. A form that was refused is passed by its name."""
    before = queries.released_before(request.actor, one.edition)
    approval = getattr(one.edition, "approval", None)
    statement = STATEMENT.format(clinic=request.clinic.name)
    return {
        "one": one,
        "edition": one.edition,
        "tone": presenters.tone(one.edition),
        "tables": presenters.terms_tables(one.released, one.overlay),
        "before": before,
        "groups": presenters.change_groups(opened(request, before.pk).side, one.side) if before else [],
        "approval": approval,
        "licence": presenters.licence_name(approval.licence) if approval else "",
        "sent_back": queries.sent_back(request.actor, one.edition),
        "pictures": placed_pictures(request, one),
        "return_form": forms.ReturnForm(),
        "approval_form": forms.ApprovalForm(initial={"revision": one.edition.revision, "statement": statement}),
        **rights(request),
        **forms_in_hand,
    }


def placed_pictures(request: HttpRequest, one: Opened) -> list[dict[str, object]]:
    """Return the pictures of an edition with their addresses."""
    if not one.overlay.pictures:
        return []
    rows = queries.pictures_of(request.actor, [placed.picture for placed in one.overlay.pictures])
    return [
        {"placed": placed, "row": rows[placed.picture], "url": queries.picture_url(rows[placed.picture].sha256)}
        for placed in one.overlay.pictures
        if placed.picture in rows
    ]
