"""Fees as rows of a file, and a policy as it is typed into its form."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from vesicle.scheduling.domain.money import decimals
from vesicle.scheduling.models import CancellationPolicy
from vesicle.scheduling.money_queries import FeeRow

HEADINGS = (
    "visit",
    "patient",
    "what",
    "because",
    "amount",
    "left",
    "currency",
    "state",
    "settled",
    "receipt",
    "reason",
    "by",
    "policy",
)


def fees_table(rows: Iterable[FeeRow]) -> list[tuple[str, ...]]:
    """Return fees as a table with headings: times in the location's zone, amounts with the currency's decimals."""
    return [HEADINGS, *(_line(row) for row in rows)]


def _line(row: FeeRow) -> tuple[str, ...]:
    fee, last = row.fee, row.last
    zone = ZoneInfo(fee.appointment.location.time_zone)
    return (
        fee.visit_at.astimezone(zone).isoformat(timespec="minutes"),
        _plain(fee.patient.full_name),
        fee.get_kind_display(),
        _plain(fee.because),
        _number(fee.amount, fee.currency),
        _number(row.left.amount, fee.currency),
        fee.currency,
        row.state,
        last.at.astimezone(zone).isoformat(timespec="minutes") if last else "",
        _plain(last.receipt) if last else "",
        _plain(last.reason) if last else "",
        _plain(last.by_name) if last else "",
        str(fee.policy.number),
    )


def _number(amount: int, currency: str) -> str:
    places = decimals(currency)
    if not places:
        return str(amount)
    whole, rest = divmod(amount, 10**places)
    return f"{whole}.{rest:0{places}d}"


def _plain(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_SAME = (
    "words_en",
    "words_es",
    "late_hours",
    "grace_minutes",
    "late_kind",
    "no_show_kind",
    "free_chances",
    "moves_count",
    "keep_deposit",
    "waivers",
)


def policy_as_typed(policy: CancellationPolicy, currency: str) -> dict[str, object]:
    """Return a version as its form shows it, to write the next one from."""
    typed: dict[str, object] = {name: getattr(policy, name) for name in _SAME}
    typed["late_value"] = _typed(policy.late_kind, policy.late_value, currency)
    typed["no_show_value"] = _typed(policy.no_show_kind, policy.no_show_value, currency)
    for row in policy.deposits:
        name = f"deposit_{row['option']}" if row["option"] else "deposit_every"
        typed[name], typed[f"{name}_value"] = row["kind"], _typed(row["kind"], row["value"], currency)
    return typed


def _typed(kind: str, value: int, currency: str) -> str:
    if kind == "none":
        return ""
    return _number(value, currency) if kind == "fixed" else str(value)
