"""What candidacy shows on the patient's home page: questions to finish, a provider who looks, a decision."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from vesicle.candidacy import queries
from vesicle.candidacy.models import ReviewDecision
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.spoken import filled
from vesicle.people.patient_home import Card, Tone
from vesicle.protocols.queries import offered_options

NEWS_FOR = timedelta(days=30)
_WORDS: dict[str, tuple[Promise, Promise, Tone]] = {
    ReviewDecision.Outcome.CLEARED: (_("A provider has cleared you"), _("You can choose a time."), "ok"),
    ReviewDecision.Outcome.DECLINED: (
        _("A provider decided against it"),
        _("Read why, and what else may help."),
        "bad",
    ),
    ReviewDecision.Outcome.DEFERRED: (_("A provider decided to wait"), _("Read from when it is possible."), "info"),
    ReviewDecision.Outcome.MORE_INFORMATION: (_("A provider needs to know more"), _("Read what, and add it."), "warn"),
}
_ON_A_CONDITION: tuple[Promise, Promise, Tone] = (
    _("A provider has cleared you, on a condition"),
    _("Read what is still needed."),
    "warn",
)


def cards(actor: Actor) -> Sequence[Card]:
    """Return the cards for a signed-in patient, in a fixed number of reads."""
    patient_id, now = actor.person_id, clock.now()
    address = reverse("candidacy:mine")
    latest = queries.latest_screening(actor, patient_id)
    if latest is None:
        return ()
    found = []
    if latest.completed_at is None:
        found.append(
            Card(
                str(_("Questions to finish")),
                str(_("You began the health questions.")),
                address,
                str(_("Go on")),
                icon="clipboard",
                rank=1,
            )
        )
    names = {offer.option.id: offer.option.title for offer in offered_options(actor.clinic_id, languages.active())}
    waiting = queries.pending_of(actor, patient_id)
    for review in waiting:
        name, since = names.get(review.option, review.option), review.requested_at
        found.append(
            Card(
                str(_("A provider is looking at your answers")),
                filled(
                    _("%(name)s, since %(day)s."),
                    {"name": name, "day": date_format(since, pgettext("day and month", "F j"))},
                ),
                address,
                str(_("See your result")),
                icon="user-check",
                tone="warn",
                when=since,
            )
        )
    pending = {review.option for review in waiting}
    latest_by_option = {row.review.option: row for row in reversed(queries.decisions_of(actor, patient_id))}
    for option, row in latest_by_option.items():
        if option in pending or now - row.decided_at > NEWS_FOR:
            continue
        title, text, tone = _WORDS[row.outcome]
        if any(not hasattr(one, "met") for one in row.requirements.all()):
            title, text, tone = _ON_A_CONDITION
        found.append(
            Card(
                str(title),
                f"{names.get(option, option)}. {text}",
                address,
                str(_("See your result")),
                icon="shield-check",
                tone=tone,
                rank=1 if row.outcome == ReviewDecision.Outcome.MORE_INFORMATION else 2,
                when=row.decided_at,
            )
        )
    return found
