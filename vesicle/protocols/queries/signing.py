"""Who has signed an edition, who still has to, and how many a clinic asks for."""

from dataclasses import dataclass

from django.db.models import F

from vesicle.core.actor import Actor
from vesicle.protocols.models import (
    Edition,
    EditionApproval,
    SigningRule,
)
from vesicle.protocols.permissions import SEE


def signature_in_force(edition_id: int) -> EditionApproval | None:
    """Return the signature that put an edition into force, or will; ``None`` while it is not approved."""
    rows = EditionApproval.objects.filter(edition_id=edition_id, revision=F("edition__revision"))
    rows = rows.exclude(edition__status__in=(Edition.Status.DRAFT, Edition.Status.IN_REVIEW))
    return rows.select_related("approved_by").order_by("approved_at", "pk").last()


def signatures_needed(clinic_id: int) -> int:
    """Return how many people have to sign an edition at a clinic: one, unless its medical director asked for two."""
    rows = SigningRule.objects.filter(clinic_id=clinic_id).order_by("-decided_at", "-pk")
    return rows.values_list("signatures", flat=True).first() or 1


def signing_rules(actor: Actor) -> list[SigningRule]:
    """Return every decision on how many signatures are needed, newest first."""
    actor.require(SEE)
    rows = SigningRule.objects.filter(clinic_id=actor.clinic_id).select_related("decided_by")
    return list(rows.order_by("-decided_at", "-pk"))


@dataclass(frozen=True, slots=True)
class Signing:
    """Who has signed an edition that is in review, how many people have to, and who is still needed."""

    needed: int
    given: tuple[EditionApproval, ...]

    @property
    def is_complete(self) -> bool:
        """Whether enough people signed, a medical director among them."""
        return len(self.given) >= self.needed and any(one.is_director for one in self.given)

    @property
    def waits_for(self) -> str:
        """Whose signature is still needed, in words; empty when nobody's is."""
        if self.is_complete:
            return ""
        if not any(one.is_director for one in self.given):
            other = " and another licensed provider" if self.needed - len(self.given) > 1 else ""
            return f"the medical director{other}"
        return "another licensed provider or medical director"


def signing(edition: Edition) -> Signing:
    """Return where the signatures of an edition stand."""
    return Signing(signatures_needed(edition.clinic_id), tuple(edition.signatures))
