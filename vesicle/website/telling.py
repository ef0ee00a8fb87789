"""What owners are told of their pages: an edition took force or was held back; sentences that were taken off."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vesicle.clinic.models import Clinic, Location
from vesicle.clinic.services.site import site_changed
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.core.permissions import Role
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.people import messages
from vesicle.people.models import Staff
from vesicle.protocols import queries as protocols
from vesicle.protocols import services as editions
from vesicle.protocols.models import Edition
from vesicle.protocols.moment_forms import moment_words
from vesicle.website import services
from vesicle.website import statement_queries as queries
from vesicle.website.claims.rules import VERSION
from vesicle.website.models import Profile
from vesicle.website.presenters import statements as shown
from vesicle.website.profiles import queries as profile_queries
from vesicle.website.profiles import services as profile_services
from vesicle.website.statements.judging import Statement

TELLER = "Evidence watch"


def tell_fallen(*, now: datetime) -> int:
    """Write to the owners of every clinic whose sentences have been withdrawn, once for each fall; return how many."""
    told = 0
    for clinic in Clinic.objects.order_by("pk"):
        with clinic_scope(clinic.pk):
            told += _tell(clinic, now)
    return told


def look_again(*, now: datetime) -> int:
    """Judge what is on the pages by the rules of today, editions and profiles; return how many were judged.

    Each is looked at once for each version of the rules; an edition that was approved before there were any, too.
    What may not be said at all is taken off, what only lacks evidence stays; the owners are told of both, and not
    again while a later version finds the same.
    """
    looked = 0
    for clinic in Clinic.objects.order_by("pk"):
        with clinic_scope(clinic.pk):
            for edition in queries.not_looked_at(clinic.pk):
                _look(clinic, edition, now)
                looked += 1
            for profile in profile_queries.not_looked_at(clinic.pk):
                _look_at_profile(clinic, profile, now)
                looked += 1
    return looked


def _look(clinic: Clinic, edition: Edition, now: datetime) -> None:
    by = Actor.system(clinic.pk, TELLER)
    with transaction.atomic():
        report = services.keep_report(by=by, edition=edition)
        off, stays = queries.withdrawn_in(report), queries.unproven_in(report)
        if not off and not stays:
            return
        site_changed(clinic.pk)
        title = protocols.text_of(edition)[0].title
        body = _judged_again(
            f"the words of your page on {title} (edition {edition.number}) were judged again, with version "
            f"{report.version} of the rules.",
            off,
            stays,
            _mend(title),
        )
        for owner in _owners(clinic.pk):
            letter = Letter(
                "statements-looked-at-again",
                f"statements-looked-at-again:{edition.pk}:{edition.revision}:{_mark(off, stays)}:{owner.pk}",
                f"Your page on {title}: {'words taken off the page' if off else 'words to look at again'}",
                body,
            )
            _write(by, clinic, owner, edition, letter, now)


def _judged_again(what: str, off: Sequence[str], stays: Sequence[str], mend: str) -> str:
    parts = [
        what,
        _listed("These may not be said any more and were taken off the page; the rest of it stays:", off),
        _listed("These stay on the page, but would not be published again as they are:", stays),
        f"{mend} {_NO_ADVICE}",
    ]
    return "\n\n".join(part for part in parts if part)


def _mend(title: str) -> str:
    return f"To mend it, begin a new draft of {title} under Protocols; the check beside the words says how."


_NO_ADVICE = "This is a prompt for review by people: no legal verdict and no legal advice."


def _mark(*found: Sequence[str]) -> str:
    """Return what tells one finding from another: nobody is written to again of the same."""
    return hashlib.sha256(repr([sorted(one) for one in found]).encode()).hexdigest()[:24]


def _look_at_profile(clinic: Clinic, profile: Profile, now: datetime) -> None:
    by = Actor.system(clinic.pk, TELLER)
    with transaction.atomic():
        report = profile_services.judge_again(by=by, profile=profile)
        off, stays = queries.withdrawn_in(report), queries.unproven_in(report)
        if not off and not stays:
            return
        body = _judged_again(
            f"the public words about {profile} were judged again, with version {report.version} of the rules.",
            off,
            stays,
            f"To mend it, write what is said about {profile} anew under Team and locations; the check beside says how.",
        )
        for owner in _owners(clinic.pk):
            letter = Letter(
                "profile-looked-at-again",
                f"profile-looked-at-again:{report.profile_version_id}:{_mark(off, stays)}:{owner.pk}",
                f"Your public words about {profile}: {'taken off the page' if off else 'words to look at again'}",
                body,
            )
            _write(by, clinic, owner, profile, letter, now)


def _listed(heading: str, found: Sequence[str]) -> str:
    return "\n".join([heading, *(f"- {one}" for one in found)]) if found else ""


def look_ahead(*, now: datetime, until: datetime | None = None) -> int:
    """Judge the editions that wait for a moment, all or those whose moment comes until then; return how many are off.

    One that the rules of today refuse goes back into review, the former stays in force, and the owners are told why.
    It does so before its moment, for from then on people read it; what lost its evidence alone holds nothing back.
    """
    with every_clinic("words of editions that wait are judged before their moment"):
        clinics = sorted({edition.clinic_id for edition in queries.waiting(until=until)})
    count = 0
    for clinic in Clinic.objects.filter(pk__in=clinics).order_by("pk"):
        with clinic_scope(clinic.pk):
            count += sum(_hold_back(clinic, edition, now) for edition in queries.waiting(until=until))
    return count


def _hold_back(clinic: Clinic, edition: Edition, now: datetime) -> bool:
    moment = edition.takes_force_at
    faults = shown.faults_at_its_moment(queries.check(edition, now=max(now, moment or now)), edition)
    if not faults:
        return False
    by = Actor.system(clinic.pk, TELLER)
    with transaction.atomic():
        try:
            editions.hold_back(by=by, edition=edition, faults=faults)
        except Conflict:  # its moment is too near, or a director was faster
            return False
        title = protocols.text_of(edition)[0].title
        body = (
            f"edition {edition.number} of {title} was to take force on {moment_words(moment, _zones())}. It will not: "
            f"judged again before its moment, with version {VERSION} of the rules, it would be refused today. What is "
            "in force now stays.\n\n"
            + _listed("This keeps it back:", [str(one) for one in faults])
            + f"\n\nIt is back in review. To mend it, send it back to draft under Protocols, change these words and "
            f"have it signed again, for a moment of your choice. {_NO_ADVICE}"
        )
        for owner in _owners(clinic.pk):
            key = f"edition-held-back:{edition.pk}:{edition.revision}:{moment}:{owner.pk}"
            letter = Letter("edition-held-back", key, f"{title}: edition {edition.number} does not take force", body)
            _write(by, clinic, owner, edition, letter, now)
    return True


_LATE = timedelta(minutes=2)


def tell_of_moment(by: Actor, edition: Edition, before: Edition | None) -> None:
    """Write to the owners, once, that an edition took force at the moment chosen for it; one signed for now needs none.

    Called when it is settled, which is late where nothing ran at the moment itself.
    """
    moment, now = edition.takes_force_at, clock.now()
    if moment is None:
        return
    clinic = Clinic.objects.get(pk=edition.clinic_id)
    title, zones = protocols.text_of(edition)[0].title, _zones()
    body = (
        f"edition {edition.number} of {title} is in force since {moment_words(moment, zones)}, as was signed: the "
        "page, the screening, the booking, the consent, the visit and the aftercare follow it from that moment on."
    )
    if before is not None:
        body += f" Edition {before.number} is retired; under Protocols one sees what changed."
    if now - moment > _LATE:
        body += (
            f"\n\nThe system did not run at that moment, and told you as soon as it did: {moment_words(now, zones)}. "
            "Nobody has met the edition before since the moment."
        )
    # The report kept a moment ago is by the rules of today, so `look_again` would not look at it any more.
    report = next(iter(queries.reports(by, edition)), None)
    off, stays = queries.withdrawn_in(report), queries.unproven_in(report)
    if off or stays:
        body += "\n\n" + _judged_again("While it waited the rules changed.", off, stays, _mend(title))
    for owner in _owners(edition.clinic_id):
        key = f"edition-took-force:{edition.pk}:{owner.pk}"
        letter = Letter("edition-took-force", key, f"{title}: edition {edition.number} is in force", body)
        _write(by, clinic, owner, edition, letter, now)


@dataclass(frozen=True, slots=True)
class Letter:
    """What an owner is told; ``key`` lets each be told once."""

    kind: str
    key: str
    subject: str
    body: str


def _tell(clinic: Clinic, now: datetime) -> int:
    found = queries.fallen(clinic.pk, now=now)
    if not found:
        return 0
    by = Actor.system(clinic.pk, TELLER)
    told = 0
    for edition, statements in found:
        for statement in statements:
            for owner in _owners(clinic.pk):
                letter = _letter_of_fall(edition, statement, owner)
                told += letter is not None and _write(by, clinic, owner, edition, letter, now)
    return told


def _owners(clinic_id: int) -> list[Staff]:
    """Return whom to tell: the owners, or the medical directors where there is no owner."""
    for role in (Role.OWNER, Role.MEDICAL_DIRECTOR):
        rows = Staff.objects.filter(clinic_id=clinic_id, is_active=True, roles__contains=[role.value])
        if found := list(rows.select_related("user").order_by("pk")):
            return found
    return []


def _letter_of_fall(edition: Edition, statement: Statement, owner: Staff) -> Letter | None:
    fall, link = statement.fall, statement.link
    if fall is None or link is None:
        return None
    title = protocols.text_of(edition)[0].title
    body = (
        f"a sentence of your page on {title} has been taken off the page; the rest of the page stays.\n\n"
        f"{statement.label}: “{statement.finding.text}”\n\n"
        f"It rested on the claim “{link.claim}”. {fall.why}\n\n"
        f"To bring it back, begin a new draft of {title} under Protocols, link the sentence to a claim that carries it "
        "or write it anew, and have the draft approved."
    )
    key = f"statement-fell:{edition.pk}:{statement.digest[:24]}:{link.says[:12]}:{fall.kind}:{owner.pk}"
    return Letter("statement-fell", key, f"A sentence was taken off your page on {title}", body)


def _zones() -> tuple[str, ...]:
    """Return the zones of the open locations of the clinic in scope, that of the oldest first."""
    rows = Location.objects.filter(is_active=True).order_by("pk")
    return tuple(dict.fromkeys(rows.values_list("time_zone", flat=True)))


def _write(by: Actor, clinic: Clinic, owner: Staff, about: Edition | Profile, letter: Letter, now: datetime) -> bool:
    message = messages.queue(
        by=by,
        patient=None,
        kind=letter.kind,
        key=letter.key,
        subject=letter.subject,
        body=f"Hello {owner.name},\n\n{letter.body}\n\n{clinic.name}",
        due_at=now,
        time_zone=next(iter(_zones()), "UTC"),
        recipient=owner.user.email,
        subject_type=about._meta.label_lower,
        subject_id=about.pk,
    )
    return message is not None
