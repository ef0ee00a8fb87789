"""What the pages on editions share: the facts of one edition, and the page that shows it."""

from dataclasses import dataclass
from typing import Any

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict
from vesicle.protocols import forms, hooks, language_queries, permissions, presenters, queries
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


def require_draft(one: Opened) -> None:
    """Raise ``Conflict`` unless the edition can be changed."""
    if one.edition.status != "draft":
        raise Conflict(
            f"Edition {one.edition.number} is {one.edition.get_status_display().lower()}; only a draft can be changed. "
            "Begin a new edition from the list."
        )


def rights(request: HttpRequest) -> dict[str, object]:
    """Return what the actor may do here, for templates."""
    return {
        "may_change": request.actor.may(permissions.CHANGE),
        "may_change_text": request.actor.may(permissions.CHANGE_TEXT),
        "may_decide": request.actor.may(permissions.APPROVE),
        "may_approve": request.actor.may(permissions.APPROVE) and bool(request.actor.licence),
        "lacks_licence": request.actor.may(permissions.APPROVE) and not request.actor.licence,
    }


def edition_context(request: HttpRequest, one: Opened, **forms_in_hand: object) -> dict[str, object]:
    """Return everything the page of one edition prints. A form that was refused is passed by its name."""
    before = queries.released_before(request.actor, one.edition)
    approval = one.edition.approval
    signing = queries.signing(one.edition)
    statement = STATEMENT.format(clinic=request.clinic.name)
    return {
        "one": one,
        "edition": one.edition,
        "tone": presenters.tone(one.edition),
        "tables": presenters.terms_tables(one.released, one.overlay),
        "before": before,
        "groups": presenters.change_groups(opened(request, before.pk).side, one.side) if before else [],
        "approval": approval,
        "signing": signing,
        "signatures": [(row, presenters.licence_name(row.licence)) for row in signing.given],
        "may_sign": _may_sign(request, signing),
        "own_changes": presenters.own_changes(one.edition, one.side),
        "left_behind": presenters.left_behind(one.edition, before) if one.edition.status != "retired" else [],
        "previews": presenters.previews(one.edition, one.released),
        "sent_back": queries.sent_back(request.actor, one.edition),
        "pictures": placed_pictures(request, one),
        "spoken": language_queries.spoken(one.edition),
        "panels": [show(request.actor, one.edition) for show in hooks.on_edition],
        "return_form": forms.ReturnForm(),
        "approval_form": forms.ApprovalForm(initial={"revision": one.edition.revision, "statement": statement}),
        **rights(request),
        **forms_in_hand,
    }


def _may_sign(request: HttpRequest, signing: queries.Signing) -> bool:
    """Whether the actor's signature is one that is still needed."""
    actor = request.actor
    if not actor.may(permissions.SIGN) or not actor.licence:
        return False
    if any(row.approved_by_id == actor.id for row in signing.given):
        return signing.is_complete
    is_director = actor.may(permissions.APPROVE)
    return is_director or (signing.needed > 1 and all(row.is_director for row in signing.given))


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
