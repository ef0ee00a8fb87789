"""What the pages on editions share: the facts of one edition, and the page that shows it."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from vesicle.clinic import queries as clinics
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.protocols import (
    forms,
    hooks,
    in_force,
    language_queries,
    moment_forms,
    permissions,
    presenters,
    queries,
)
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


def zones(request: HttpRequest) -> tuple[str, ...]:
    """Return the zones of the clinic's open locations, that of the oldest first."""
    return tuple(dict.fromkeys(location.time_zone for location in clinics.locations(request.actor)))


def approval_form(request: HttpRequest, data: Any = None, **initial: object) -> forms.ApprovalForm:
    """Return the form to sign: a medical director also says when the edition takes force."""
    if not request.actor.may(permissions.APPROVE):
        return forms.ApprovalForm(data, initial=initial)
    return moment_forms.DirectorApprovalForm(data, zones=zones(request), initial=initial)


def _waiting(request: HttpRequest, one: Opened, moment_form: object) -> dict[str, object]:
    """Return what an edition page says of moments: its own, and that of another edition of the treatment."""
    edition = one.edition
    standing = queries.standing(request.actor, edition.treatment)
    scheduled = standing.scheduled
    found: dict[str, object] = {
        "scheduled": scheduled,
        "in_force_now": standing.approved is not None and standing.approved.pk == edition.pk,
        "moment": moment_forms.moment_words(edition.takes_force_at, zones(request)),
    }
    if scheduled is not None:
        found["scheduled_moment"] = moment_forms.moment_words(scheduled.takes_force_at, zones(request))
    if edition.status == "scheduled" and not in_force.is_due(edition, clock.now()):
        local = edition.takes_force_at.astimezone(ZoneInfo((zones(request) or ("UTC",))[0]))
        initial = {"day": local.date(), "moment": local.time(), "zone": str(local.tzinfo)}
        found["moment_form"] = moment_form or moment_forms.MomentForm(zones=zones(request), initial=initial)
    return found


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
        "approval_form": approval_form(request, revision=one.edition.revision, statement=statement),
        **_waiting(request, one, forms_in_hand.pop("moment_form", None)),
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
