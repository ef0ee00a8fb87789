"""The staff's navigation, with counts of what waits."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from vesicle.aftercare.permissions import RECORD_EVENT, SEE_ALERTS
from vesicle.candidacy.permissions import SEE_METRICS, SEE_QUEUE
from vesicle.clinic.permissions import MANAGE_EMBEDS, MANAGE_PLACES, SEE_STOCK
from vesicle.core.actor import Actor
from vesicle.core.permissions import Permission
from vesicle.desk.permissions import READ_AUDIT, SEE_FIGURES
from vesicle.desk.queries import counts
from vesicle.interop.permissions import MANAGE_KEYS
from vesicle.people.permissions import SEE_PATIENTS
from vesicle.protocols.permissions import SEE as SEE_EDITIONS
from vesicle.results.permissions import KEEP_MAINTENANCE, SEE_OUTCOMES, SHOW_PAIRS
from vesicle.results.permissions import READ as READ_RESULTS
from vesicle.scheduling.permissions import HANDLE_REPLIES, MAKE_FEEDS, SEE_DAY, SEE_FEES, SET_MESSAGES, WRITE_POLICY
from vesicle.treatment.permissions import TRACE
from vesicle.website.permissions import WRITE_PROFILES

_ITEMS: tuple[tuple[str, str, str, Permission, str, str], ...] = (
    ("Day", "/desk/", "calendar", SEE_DAY, "", ""),
    ("Patients", "/desk/patients/", "users", SEE_PATIENTS, "", ""),
    ("Reviews", "/desk/candidacy/", "user-check", SEE_QUEUE, "reviews", ""),
    ("Alerts", "/desk/aftercare/", "bell", SEE_ALERTS, "alerts", ""),
    ("Waiting list", "/desk/waiting/", "clock", SEE_DAY, "", ""),
    ("Needs a new time", "/desk/disruptions/", "repeat", SEE_DAY, "", ""),
    ("Replies", "/desk/appointments/replies/", "message", HANDLE_REPLIES, "replies", ""),
    ("Results", "/desk/results/", "curve", READ_RESULTS, "", ""),
    ("Maintenance", "/desk/results/maintenance/", "mail", KEEP_MAINTENANCE, "", ""),
    ("Adverse events", "/desk/aftercare/events/", "heart-pulse", RECORD_EVENT, "", ""),
    ("Fees", "/desk/appointments/fees/", "money", SEE_FEES, "", ""),
    ("Stock and lots", "/desk/stock/", "box", SEE_STOCK, "", "Supply"),
    ("Scan a lot", "/desk/stock/scan/", "scan", SEE_STOCK, "", "Supply"),
    ("Trace a lot", "/desk/visits/recall/", "flag", TRACE, "", "Supply"),
    ("Protocols", "/desk/protocols/", "file", SEE_EDITIONS, "statements", "Clinic"),
    ("Reviews in figures", "/desk/candidacy/metrics/", "chart", SEE_METRICS, "", "Clinic"),
    ("Outcomes", "/desk/results/outcomes/", "curve", SEE_OUTCOMES, "", "Clinic"),
    ("Before and after", "/desk/results/shown/", "camera", SHOW_PAIRS, "taken_down", "Clinic"),
    ("Figures", "/desk/figures/", "columns", SEE_FIGURES, "", "Clinic"),
    ("Set-up", "/desk/setup/", "settings", MANAGE_PLACES, "", "Clinic"),
    ("Keys", "/desk/keys/", "key", MANAGE_KEYS, "", "Clinic"),
    ("Team and locations", "/desk/team/", "users", WRITE_PROFILES, "profiles", "Clinic"),
    ("On your own site", "/desk/embeds/", "link", MANAGE_EMBEDS, "", "Clinic"),
    ("Reminders and letters", "/desk/appointments/messages/", "mail", SET_MESSAGES, "", "Clinic"),
    ("Calendars", "/desk/appointments/calendars/", "link", MAKE_FEEDS, "", "Clinic"),
    ("Cancellation policy", "/desk/appointments/policy/", "consent", WRITE_POLICY, "", "Clinic"),
    ("Audit trail", "/desk/audit/", "shield", READ_AUDIT, "", "Clinic"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return ``nav`` for staff pages, made only when a page prints it; nothing for everybody else."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.is_staff:
        return {}
    return {"nav": SimpleLazyObject(lambda: _items(request.path, actor))}


def _items(path: str, actor: Actor) -> list[dict[str, object]]:
    allowed = [item for item in _ITEMS if actor.may(item[3])]
    waiting = counts(actor)
    urls = [item[1] for item in allowed if path.startswith(item[1])]
    current = max(urls, key=len, default="")
    if current == "/desk/" and path != "/desk/":
        current = ""
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "count": getattr(waiting, count) if count else 0,
            "current": url == current,
            "group": group,
        }
        for label, url, icon, _, count, group in allowed
    ]
