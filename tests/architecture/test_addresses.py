"""Every address that names a record: Otto finds nothing, strangers are shown the way in, and nothing is forgotten.

The list is made from the resolver. A new address with a new kind of number has to be given a record in ``RECORDS`` (or
in ``PRIVATE``, where a private link opens it), or this test fails.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from vesicle.aftercare.models import AdverseEvent, Alert
from vesicle.candidacy import services as candidacy
from vesicle.candidacy.models import ClearanceCondition, Review, ReviewDecision, RuleChange
from vesicle.clinic import services as clinics
from vesicle.clinic.models import Product
from vesicle.consent.models import PhotoConsent
from vesicle.core import clock
from vesicle.interop.services import make_key
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition
from vesicle.results.models import RatingPair, RatingRound, RatingTask, Retest, ShownPair
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Deposit, Fee, Offer, Reply, WaitlistEntry
from vesicle.scheduling.services import add_service
from vesicle.treatment.models import Photo, ProductUse

NOT_OURS = ("admin", "account", "mfa", "usersessions", "api-v1", "djdt")
STAFF = ("desk/",)
PRIVATE = {
    "token": "not-a-token",
    "file": "before-360.webp",
    "key": "not-a-token",
    "day": 2,
    "week": 3,
    "position": 2,
    "question": "SCR-PREG",
}
SHARED = {
    "treatment_id": "exosome-therapy",
    "treatment": "exosome-therapy",
    "concern_id": "fine-lines",
    "category_id": "plant",
    "slug": "portland",
    "sha": "0" * 64,
    "place": "all",
    "section": "identity",
    "rule": "pregnant",
    "modality": "topical",
    "language": "es",
    "shot": "front",
    "picture_name": "clinic",
    "picture_version": "0" * 16,
    "which": "before",
    "path": "my/",
}
"""Words that name nobody's record: every clinic has its own page under them, or the page is public."""


def patterns(resolver: URLResolver, before: str = "", space: str = "") -> Any:
    """Yield (address pattern, name, converters) of every page."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}:{entry.namespace}" if entry.namespace else space
            yield from patterns(entry, before + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            name = f"{space}:{entry.name}".strip(":")
            yield before + str(entry.pattern), name, dict(entry.pattern.converters)


def ours() -> list[tuple[str, str, tuple[str, ...]]]:
    found = [
        (address, name, tuple(converters))
        for address, name, converters in patterns(get_resolver())
        if converters and not name.startswith(NOT_OURS) and not address.startswith(("accounts/", "static", "media"))
    ]
    assert len(found) > 40
    return found


@pytest.fixture
def records(treated, path):
    """One record of each kind at Alderbrook, by the name that addresses give it."""
    from decimal import Decimal

    from vesicle.aftercare import services as aftercare
    from vesicle.demo.pictures import skin
    from vesicle.treatment import photos

    treated.agree_to_photographs()
    photo = photos.store(
        by=treated.nurse,
        patient=treated.patient,
        upload=skin(person=1, tone="II", lines=0.5),
        view="front",
        taken_at=clock.now(),
        now=clock.now(),
        encounter=treated.encounter,
    )
    check_in = treated.encounter.check_ins.get(day=2)
    calm = {"OM-REDNESS": 1, "OM-SWELLING": 0, "OM-VAS-PAIN": 0}
    with clock.pretend(check_in.due_at):
        aftercare.answer_check_in(
            by=treated.me, check_in=check_in, measures=calm, red_flags=["RF-HSV"], now=clock.now()
        )
        event = aftercare.record_adverse_event(
            by=treated.nurse,
            encounter=treated.encounter,
            term="Herpes simplex",
            onset_day=2,
            severity=2,
            is_serious=False,
            action="Antiviral.",
            outcome="",
            now=clock.now(),
        )
    lot = treated.house.lot("RV-2511")
    iris = treated.house.actor("iris")
    limit = candidacy.limit_clearing(by=iris, kind="exam", licences=["md", "np"])
    decision = ReviewDecision.objects.get()
    condition = ClearanceCondition.objects.create(
        clinic_id=iris.clinic_id, decision=decision, text="A letter", before="treating"
    )
    entry = WaitlistEntry.objects.create(
        clinic_id=iris.clinic_id, patient=treated.patient, option="chemical-peel/superficial", areas=["full-face"],
        first_day=clock.now().date(), last_day=clock.now().date(), joined_at=clock.now(), joined_by="Rosa",
    )  # fmt: skip
    offer = Offer.objects.create(
        clinic_id=iris.clinic_id, entry=entry, location=treated.where, starts_at=clock.now(), resources=[],
        made_at=clock.now(), made_by="Rosa", expires_at=clock.now(),
    )  # fmt: skip
    edition = Edition.objects.get(treatment="exosome-therapy")
    change = RuleChange.objects.create(
        clinic_id=iris.clinic_id,
        edition=edition,
        replaced=edition,
        patient=treated.patient,
        screening=decision.review.screening,
        option="exosome-therapy/microneedling",
        standing="clearance",
        on=clock.now().date(),
        before="suitable",
        after="defer",
        found_at=clock.now(),
    )
    closure = clinics.close(
        by=iris,
        resource=treated.house.cast.rooms[0],
        start=clock.now() + timedelta(days=90),
        end=clock.now() + timedelta(days=91),
        reason="Painting",
    )
    service = add_service(
        by=treated.house.actor("owen"), slug="talk", name="Talk", kind="consultation", minutes=30, needs=["provider"]
    )
    policy = scheduling.write_policy(by=iris, words_en="Please tell us a day before.", late_hours=24, now=clock.now())
    fee = Fee.objects.create(
        clinic_id=iris.clinic_id,
        appointment=treated.appointment,
        patient=treated.patient,
        policy=policy,
        kind="late-move",
        amount=2500,
        currency="USD",
        because="a test",
        visit_at=clock.now(),
        at=clock.now(),
        by_name="Rosa",
    )
    deposit = Deposit.objects.create(
        clinic_id=iris.clinic_id,
        appointment=treated.appointment,
        patient=treated.patient,
        backend="desk",
        amount=5000,
        currency="USD",
        asked_at=clock.now(),
    )
    return {
        "fee_id": fee.pk,
        "deposit_id": deposit.pk,
        "change_id": change.pk,
        "closure_id": closure.pk,
        "service_id": service.pk,
        "entry_id": entry.pk,
        "offer_id": offer.pk,
        "key_id": make_key(by=treated.house.actor("owen"), name="Our website")[0].pk,
        "patient_id": treated.patient.pk,
        "series_id": a_course(treated).pk,
        "number": 1,
        "appointment_id": treated.appointment.pk,
        "encounter_id": treated.encounter.pk,
        "consent_id": treated.consent.pk,
        "photo_id": photo.pk,
        "round_id": a_round(treated, photo).pk,
        "pair_id": a_shown_pair(treated, photo).pk,
        "before_id": photo.pk,
        "after_id": Photo.objects.get(week=12).pk,
        "side": "left",
        "retest_id": Retest.objects.create(
            clinic_id=iris.clinic_id,
            camera="Model 7",
            people=20,
            captures=60,
            figures={},
            settled_at=clock.now(),
            settled_by=treated.house.cast.iris,
        ).pk,
        "use_id": ProductUse.objects.filter(encounter=treated.encounter).first().pk,
        "alert_id": Alert.objects.get().pk,
        "event_id": event.pk,
        "review_id": Review.objects.first().pk,
        "decision_id": decision.pk,
        "condition_id": condition.pk,
        "limit_id": limit.pk,
        "edition_id": edition.pk,
        "lot_id": lot.pk,
        "product_id": lot.product_id,
        "reply_id": _reply(treated).pk,
        "feed_id": _feed(treated).pk,
        "location_id": treated.where.pk,
        "resource_id": treated.house.cast.noor_column.pk,
        "staff_id": treated.house.cast.noor.pk,
        "step_id": "needle",
        "need_id": "glide",
        "day": 2,
        "week": 3,
        "quantity": Decimal(1),
    }


def a_round(treated, before):
    """A round of blinded rating with one pair that Iris looks at twice."""
    after = Photo.objects.get(pk=before.pk)
    after.pk, after.week, after._state.adding = None, 12, True
    after.save()
    opened = RatingRound.objects.create(
        clinic_id=treated.nurse.clinic_id, option=treated.option, concern="fine-lines", view="front", from_week=10,
        to_week=16, opened_at=clock.now(), opened_by=treated.house.cast.iris,
    )  # fmt: skip
    pair = RatingPair.objects.create(
        clinic_id=treated.nurse.clinic_id, round=opened, patient=treated.patient, encounter=treated.encounter,
        before=before, after=after,
    )  # fmt: skip
    for position in (1, 2):
        RatingTask.objects.create(
            clinic_id=treated.nurse.clinic_id, round=opened, pair=pair, rater=treated.house.cast.iris,
            position=position, before_on_left=True, is_repeat=position == 2,
        )  # fmt: skip
    return opened


def a_shown_pair(treated, before):
    """A pair on the page of the visit's option."""
    treated.agree_to_photographs("public")
    Photo.objects.filter(week=12).update(taken_at=treated.after(weeks=12))
    return ShownPair.objects.create(
        clinic_id=treated.nurse.clinic_id, option=treated.option, patient=treated.patient, encounter=treated.encounter,
        before=before, after=Photo.objects.filter(week=12).get(), view="front", weeks=12, sessions=1,
        consent=PhotoConsent.objects.get(use="public"), token="x", is_registered=False, left=0, top=0, width=100,
        height=100, alt_before="Skin.", alt_after="Skin.", shown_at=clock.now(), shown_by=treated.house.cast.iris,
    )  # fmt: skip


def a_course(treated):
    """Book a course for Pia, five weeks after her visit."""
    from datetime import timedelta

    from vesicle.scheduling import courses
    from vesicle.scheduling.bookable import bookable

    place, iris = treated.where, treated.house.actor("iris")
    start = treated.free_times(clock.now().date() + timedelta(days=35))[0].start
    what = bookable(place.clinic_id, treated.option)
    asked = {"sessions": 3, "now": clock.now()}
    first = courses.first_session(iris, what, treated.areas, place, start, same_provider=True, **asked)
    plan = courses.propose(iris, what, treated.areas, place, first=first, **asked)
    return scheduling.book_course(
        by=iris,
        patient=treated.patient,
        option_id=treated.option,
        areas=treated.areas,
        location_id=place.pk,
        starts=[one.start for one in plan],
        now=clock.now(),
    )


def _reply(treated):
    return Reply.objects.create(
        channel="sms",
        provider_id="1",
        patient=treated.patient,
        appointment=treated.appointment,
        text="May I?",
        meaning="other",
        received_at=clock.now(),
    )


def _feed(treated):
    iris, column = treated.house.actor("iris"), treated.house.cast.noor_column
    feed, _ = scheduling.make_feed(by=iris, resource_id=column.pk, shows="initials", now=clock.now())
    return feed


def address_of(pattern: str, names: tuple[str, ...], records: dict[str, Any]) -> str:
    """Return the pattern with real records in it."""
    address = pattern
    for name in names:
        known = records.get(name, SHARED.get(name, PRIVATE.get(name)))
        assert known is not None, f"give tests a record for <{name}> of {pattern}"
        address = re.sub(rf"<(\w+:)?{name}>", str(known), address)
    assert "<" not in address, address
    return "/" + address


def test_otto_never_finds_a_record_of_alderbrook(records, client, as_staff):
    otto = as_staff(client, "otto")
    for pattern, name, converters in ours():
        if not pattern.startswith(STAFF) or set(converters) <= set(SHARED):
            continue
        address = address_of(pattern, converters, records)
        for answer in (otto.get(address), otto.post(address)):
            # 405: it takes only the other method.
            assert answer.status_code in (404, 405), f"{name} ({address}) gave Otto {answer.status_code}"


def test_strangers_are_shown_the_way_in(records, client):
    for pattern, name, converters in ours():
        if not pattern.startswith(STAFF):
            continue
        address = address_of(pattern, converters, records)
        answers = [client.get(address), client.post(address)]
        shown_in = [answer for answer in answers if answer.status_code == 302]
        # An address that takes only one method may say so first.
        assert shown_in, f"{name} ({address}) gave a stranger {answers[0].status_code}"
        assert {answer.status_code for answer in answers} <= {302, 405}, name
        assert all(answer.headers["Location"].startswith("/accounts/login/") for answer in shown_in), name


def test_otto_and_strangers_open_no_private_page_by_its_number(records, client, as_staff):
    keys = {"key": (records["appointment_id"], records["encounter_id"]), "token": (records["appointment_id"],)}
    for who in (client, as_staff(type(client)(), "otto")):
        for pattern, name, converters in ours():
            if pattern.startswith(STAFF) or not set(converters) & set(keys):
                continue
            opener = next(name for name in converters if name in keys)
            for number in keys[opener]:
                address = address_of(pattern, converters, records | {opener: number})
                answer = who.get(address)
                assert answer.status_code in (302, 404, 405), f"{name} ({address}) gave {answer.status_code}"


def test_another_patient_finds_nothing_of_pias(records, client, as_patient, treated):
    tam = as_patient(client, treated.house.cast.tam)
    for pattern, name, converters in ours():
        if pattern.startswith(STAFF) or set(converters) <= set(SHARED):
            continue
        for number in (records["appointment_id"], records["encounter_id"]):
            address = address_of(pattern, converters, records | {"key": number, "token": number})
            answer = tam.get(address)
            assert answer.status_code in (302, 404, 405), f"{name} ({address}) gave Tam {answer.status_code}"


def test_the_records_are_really_there(records, client, as_staff):
    """Otto's 404 proves something only where Iris is answered otherwise."""
    iris = as_staff(client, "iris")
    answers = {
        name: iris.get(address_of(pattern, converters, records)).status_code
        for pattern, name, converters in ours()
        if pattern.startswith(STAFF)
    }
    assert 404 not in answers.values(), {name: status for name, status in answers.items() if status == 404}
    assert Patient.objects.exists()
    assert Product.objects.exists()
    assert AdverseEvent.objects.exists()
    assert Photo.objects.exists()
    assert PhotoConsent.objects.exists()
