"""The verbs on words about team and locations: save, publish, judge again, bring back, take down; portraits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from vesicle.clinic.queries import latest_day
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound, Stale
from vesicle.people.models import Staff
from vesicle.people.queries import named_staff_id, require_same_clinic
from vesicle.protocols import queries as protocols
from vesicle.protocols.bank import load_bank
from vesicle.protocols.hooks import NotReady
from vesicle.protocols.pictures import make_sizes
from vesicle.website import services as statements
from vesicle.website.models import PortraitAgreement, Profile, ProfileReport, ProfileVersion
from vesicle.website.permissions import PUBLISH_PROFILES, WRITE_PROFILES
from vesicle.website.presenters import statements as shown
from vesicle.website.profiles import queries
from vesicle.website.profiles.content import Words, borrowed_licence, is_empty, own_words, parsed
from vesicle.website.profiles.queries import Subject, kind_of
from vesicle.website.statement_queries import Check, withdrawn_in

SAVED = audit.define("profile.saved", "wrote what the pages say of the team or a location")
SUBMITTED = audit.define("profile.submitted", "asked for words about the team or a location to be published")
PUBLISHED = audit.define("profile.published", "published words about the team or a location")
DISCARDED = audit.define("profile.discarded", "threw away a draft of words about the team or a location")
RESTORED = audit.define("profile.restored", "began a draft from earlier words about the team or a location")
JUDGED_AGAIN = audit.define("profile.judged_again", "judged words about the team or a location by newer rules")
AGREED = audit.define("portrait.agreed", "recorded that somebody agrees to a public portrait of them")
TAKEN_BACK = audit.define("portrait.taken_back", "recorded that somebody does not agree to a public portrait any more")
TAKEN_DOWN = audit.define("profile.taken_down", "took words about the team or a location off the pages")


def save_draft(*, by: Actor, subject: Subject, words: dict[str, Any], expected_revision: int) -> Profile:
    """Keep what was written as the draft. What may not be published can be saved.

    Raises ``Invalid`` for what cannot be kept, ``Stale`` when somebody else was faster.
    """
    by.require(WRITE_PROFILES)
    kept = _checked(by, subject, words)
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        row.draft, row.is_submitted = kept.model_dump(mode="json", exclude_defaults=True), False
        return _changed(by, row, SAVED)


def submit(*, by: Actor, subject: Subject, expected_revision: int) -> Profile:
    """Ask an owner or medical director to publish the draft. Raises ``NotReady`` with everything to mend."""
    by.require(WRITE_PROFILES)
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        _ready(by, row, subject)
        row.is_submitted = True
        return _changed(by, row, SUBMITTED, is_writing=False)


def publish(*, by: Actor, subject: Subject, expected_revision: int) -> Profile:
    """Put the draft on the pages. Raises ``NotReady`` with everything to mend, ``Stale`` for words not seen."""
    by.require(PUBLISH_PROFILES)
    signer = Staff.objects.get(pk=named_staff_id(by))
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        words, found = _ready(by, row, subject)
        now = clock.now()
        last = ProfileVersion.objects.filter(profile=row).order_by("-number").first()
        row.shown = ProfileVersion.objects.create(
            clinic_id=row.clinic_id,
            profile=row,
            number=last.number + 1 if last is not None else 1,
            content=row.draft,
            written_by=row.changed_by,
            published_by=signer,
            published_at=now,
        )
        _report(row.shown, found, now)
        row.draft, row.is_submitted = None, False
        if words.picture is not None:
            make_sizes(row.clinic_id, [words.picture])
        site_changed(row.clinic_id)
        return _changed(by, row, PUBLISHED, is_writing=False, number=row.shown.number)


def discard_draft(*, by: Actor, subject: Subject, expected_revision: int) -> Profile:
    """Throw the draft away; the pages stay as they are."""
    by.require(WRITE_PROFILES)
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        _require_draft(row)
        row.draft, row.is_submitted = None, False
        return _changed(by, row, DISCARDED)


def restore(*, by: Actor, subject: Subject, number: int, expected_revision: int) -> Profile:
    """Begin a draft from what was published earlier, in place of the draft there is."""
    by.require(WRITE_PROFILES)
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        version = ProfileVersion.objects.filter(clinic_id=by.clinic_id, profile=row, number=number).first()
        if version is None:
            raise NotFound("There is no version with that number. Choose one of the list.")
        row.draft, row.is_submitted = version.content, False
        return _changed(by, row, RESTORED, number=number)


def take_down(*, by: Actor, subject: Subject, expected_revision: int) -> Profile:
    """Take the words off the pages at once. They stay in the history."""
    by.require(PUBLISH_PROFILES)
    with transaction.atomic():
        row = _locked(by, subject, expected_revision)
        if row.shown is None:
            raise Conflict("Nothing of this is on the pages.")
        number, row.shown = row.shown.number, None
        site_changed(row.clinic_id)
        return _changed(by, row, TAKEN_DOWN, is_writing=False, number=number)


def judge_again(*, by: Actor, profile: Profile) -> ProfileReport:
    """Judge what is on the pages by the rules of today. What may not be said any more is off them from now on."""
    now = clock.now()
    with transaction.atomic():
        row = Profile.objects.select_for_update(of=("self",)).select_related("shown").get(pk=profile.pk)
        if row.shown is None:
            raise Conflict("Nothing of this is on the pages.")
        words = parsed(kind_of(row.subject), row.shown.content)
        report = _report(row.shown, queries.check(row.clinic_id, own_words(words), now=now), now)
        site_changed(row.clinic_id)
        detail = {"version": report.version, "withdrawn": len(withdrawn_in(report))}
        audit.record(JUDGED_AGAIN, by=by, about=row, detail=detail)
    return report


def _report(version: ProfileVersion, found: Check, now: datetime) -> ProfileReport:
    return ProfileReport.objects.create(
        clinic_id=version.clinic_id, profile_version=version, **statements.as_report(found, now)
    )


def agree_to_portrait(*, by: Actor, person: Staff, said_on: date) -> PortraitAgreement:
    """Record that somebody agrees to a portrait of them being public: by themselves, an owner or medical director.

    Raises ``Invalid`` for a day to come, ``Conflict`` where it is on record.
    """
    by.require(WRITE_PROFILES)
    if by.id != person.pk:
        by.require(PUBLISH_PROFILES)
    if said_on > latest_day(by.clinic_id, clock.now()):
        raise Invalid("Nobody has agreed on a day to come.", fields={"said_on": "Choose today or a day before."})
    return _said(by, person, said_on, is_given=True)


def take_portrait_back(*, by: Actor, person: Staff) -> PortraitAgreement:
    """Record that somebody does not agree any more, whoever they told: their portrait is off the pages at once."""
    by.require(WRITE_PROFILES)
    return _said(by, person, latest_day(by.clinic_id, clock.now()), is_given=False)


def _said(by: Actor, person: Staff, said_on: date, *, is_given: bool) -> PortraitAgreement:
    require_same_clinic(by, person)
    recorder = Staff.objects.get(pk=named_staff_id(by))
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=person.pk)
        last = next(iter(queries.agreements(by, person)), None)
        if is_given == (last is not None and last.is_given):
            raise Conflict("That is on record already." if is_given else "No agreement is in force.")
        row = PortraitAgreement.objects.create(
            clinic_id=by.clinic_id,
            staff=person,
            is_given=is_given,
            said_on=said_on,
            recorded_by=recorder,
            recorded_at=clock.now(),
        )
        site_changed(by.clinic_id)
        audit.record(AGREED if is_given else TAKEN_BACK, by=by, about=row, detail={"staff": person.pk})
    return row


def _checked(by: Actor, subject: Subject, words: dict[str, Any]) -> Words:
    try:
        kept = parsed(kind_of(subject), words)
    except ValidationError as error:
        fields = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors()}
        raise Invalid("Some of what you entered cannot be used.", fields=fields) from error
    if kept.picture is not None and not protocols.pictures_of(by, [kept.picture.picture]):
        raise Invalid("There is no such picture. Add it again.", fields={"file": "Choose the file again."})
    title = getattr(kept, "title", "")
    if isinstance(subject, Staff) and (licence := borrowed_licence(title, subject.licence, load_bank())):
        raise Invalid(
            "A title does not name a licence that is not on record.",
            fields={"title": f"“{licence}” is not the licence on record. Take it out; the licence is added by us."},
        )
    return kept


def _locked(by: Actor, subject: Subject, expected_revision: int) -> Profile:
    """Return the profile, locked until the transaction ends. Raises ``NotFound`` and ``Stale``."""
    require_same_clinic(by, subject)
    key = {"staff": subject} if isinstance(subject, Staff) else {"location": subject}
    Profile.objects.get_or_create(clinic_id=by.clinic_id, **key)
    row = Profile.objects.select_for_update(of=("self",)).select_related("shown").get(clinic_id=by.clinic_id, **key)
    if row.revision != expected_revision:
        raise Stale("Somebody else changed this meanwhile. Nothing of theirs is lost, nor of what you typed.")
    return row


def _require_draft(row: Profile) -> None:
    if row.draft is None:
        raise Conflict("There is no draft. Write something and save it first.")


def _ready(by: Actor, row: Profile, subject: Subject) -> tuple[Words, Check]:
    """Return the draft and what was found in it. Raises ``NotReady`` where it may not be published."""
    _require_draft(row)
    # Judged anew with the licence and the rules of today: both may have changed since it was saved.
    words = _checked(by, subject, row.draft or {})
    if is_empty(words) and not isinstance(subject, Staff):
        raise Invalid("Nothing is written yet.")
    found = queries.check(by.clinic_id, own_words(words), now=clock.now())
    if not found.is_ready:
        raise NotReady("This cannot be on the pages as it is.", shown.faults_without_evidence(found))
    return words, found


def _changed(by: Actor, row: Profile, code: audit.AuditCode, *, is_writing: bool = True, number: int = 0) -> Profile:
    row.revision += 1
    if is_writing:
        row.changed_by, row.changed_at = by.name, clock.now()
    row.save()
    audit.record(code, by=by, about=row, detail={"revision": row.revision} | ({"version": number} if number else {}))
    return row
