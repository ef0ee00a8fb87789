"""Writing the clinic's policy on cancelling and not coming: a new version each time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.permissions import Role
from vesicle.scheduling.models import BookingRules, CancellationPolicy
from vesicle.scheduling.permissions import WAIVE_FEE, WRITE_POLICY

POLICY_WRITTEN = audit.define("scheduling.policy-written", "wrote a version of the cancellation policy")
MOST_HOURS = 14 * 24


def write_policy(
    *,
    by: Actor,
    words_en: str,
    late_hours: int,
    now: datetime,
    words_es: str = "",
    valid_from: datetime | None = None,
    deposits: Sequence[dict[str, Any]] = (),
    waivers: Sequence[str] = (Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.OWNER),
    **more: Any,
) -> CancellationPolicy:
    """Write the next version; those accepted before keep counting for whom they were accepted by.

    ``more`` are other columns of ``CancellationPolicy``. Without ``valid_from`` it counts at once. Raises ``Invalid``.
    """
    by.require(WRITE_POLICY)
    with transaction.atomic():
        rules, _ = BookingRules.objects.get_or_create(clinic_id=by.clinic_id)
        rules = BookingRules.objects.select_for_update(of=("self",)).select_related("policy").get(pk=rules.pk)
        before = rules.policy
        policy = CancellationPolicy(
            clinic_id=by.clinic_id,
            number=before.number + 1 if before else 1,
            valid_from=valid_from or now,
            words_en=words_en.strip(),
            words_es=words_es.strip(),
            late_hours=late_hours,
            deposits=[dict(row) for row in deposits],
            waivers=[str(role) for role in waivers],
            written_at=now,
            written_by=by.name,
            **more,
        )
        if problems := _problems(policy, before, now):
            raise Invalid("Please check the policy.", fields=problems)
        policy.save(force_insert=True)
        rules.policy = policy
        rules.save(update_fields=["policy"])
        audit.record(POLICY_WRITTEN, by=by, about=policy, detail={"number": policy.number, "hash": policy.text_hash})
    return policy


def _problems(policy: CancellationPolicy, before: CancellationPolicy | None, now: datetime) -> dict[str, str]:
    problems = {}
    if not policy.words_en:
        problems["words_en"] = "Write what the person agrees to."
    if policy.late_hours > MOST_HOURS:
        problems["late_hours"] = f"At most {MOST_HOURS} hours, which is two weeks."
    if policy.valid_from < now:
        problems["valid_from"] = "A policy cannot count for the past. Choose now or later."
    elif before is not None and policy.valid_from < before.valid_from:
        problems["valid_from"] = f"Version {before.number} begins later than that. Choose a later moment."
    for name in ("late", "no_show"):
        kind, value = getattr(policy, f"{name}_kind"), getattr(policy, f"{name}_value")
        if kind not in CancellationPolicy.Charge.values:
            problems[f"{name}_kind"] = f"Choose one of: {', '.join(CancellationPolicy.Charge.values)}."
        elif kind == "share" and not 0 < value <= 100:
            problems[f"{name}_value"] = "A share is 1 to 100 percent."
        elif kind == "fixed" and not value:
            problems[f"{name}_value"] = "Write the amount, or choose no fee."
    if unknown := set(policy.waivers) - {role.value for role in WAIVE_FEE.roles}:
        problems["waivers"] = f"'{min(unknown)}' cannot waive fees."
    if wrong := next(filter(None, map(_wrong_deposit, policy.deposits)), ""):
        problems["deposits"] = wrong
    return problems


def _wrong_deposit(row: dict[str, Any]) -> str:
    if set(row) != {"option", "kind", "value"} or row["kind"] not in ("none", "fixed", "percent"):
        return "Each deposit names an option (or none, for every treatment), none, fixed or percent, and a value."
    if row["kind"] == "percent" and not 0 < row["value"] <= 100:
        return "A deposit in percent is 1 to 100."
    return "" if row["kind"] == "none" or row["value"] > 0 else "A fixed deposit is an amount."
