"""Draft, approval, publication of words about team and locations; who may, who was faster, what may not be said."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.protocols.hooks import NotReady
from vesicle.website.claims.rules import VERSION
from vesicle.website.models import Profile, ProfileVersion
from vesicle.website.profiles import services

PLAIN = {"title": "Senior nurse", "biography": "Noor has worked here since 2019. She likes mornings."}


def save(cast, words=PLAIN, *, by="rosa", subject=None, revision=0):
    return services.save_draft(by=cast.actor(by), subject=subject or cast.noor, words=words, expected_revision=revision)


def publish(cast, words=PLAIN, *, subject=None, revision=0):
    row = save(cast, words, subject=subject, revision=revision)
    return services.publish(by=cast.actor("owen"), subject=subject or cast.noor, expected_revision=row.revision)


class TestFlow:
    def test_the_desk_writes_an_owner_publishes_and_every_step_is_audited(self, cast):
        row = save(cast)
        services.submit(by=cast.actor("rosa"), subject=cast.noor, expected_revision=row.revision)
        before = cast.clinic.__class__.objects.get(pk=cast.clinic.pk).site_revision
        row = services.publish(by=cast.actor("owen"), subject=cast.noor, expected_revision=2)
        assert row.shown.content == PLAIN
        assert (row.draft, row.is_submitted, row.shown.number) == (None, False, 1)
        assert (row.shown.written_by, row.shown.published_by) == (cast.rosa.name, cast.owen)
        assert cast.clinic.__class__.objects.get(pk=cast.clinic.pk).site_revision == before + 1
        codes = AuditEntry.objects.filter(object_type="website.profile").order_by("pk").values_list("code", flat=True)
        assert list(codes) == ["profile.saved", "profile.submitted", "profile.published"]

    @pytest.mark.parametrize("name", ["rosa", "noor"])
    def test_only_an_owner_or_medical_director_publishes_and_takes_down(self, cast, name):
        row = save(cast)
        for act in (services.publish, services.take_down):
            with pytest.raises(NotPermitted):
                act(by=cast.actor(name), subject=cast.noor, expected_revision=row.revision)
        assert services.publish(by=cast.actor("iris"), subject=cast.noor, expected_revision=1).shown is not None

    def test_saving_takes_back_what_waits_for_approval(self, cast):
        row = save(cast)
        services.submit(by=cast.actor("rosa"), subject=cast.noor, expected_revision=row.revision)
        assert not save(cast, PLAIN | {"title": "Nurse"}, revision=2).is_submitted

    def test_what_was_published_is_kept_and_can_be_begun_from_again(self, cast):
        row = publish(cast)
        row = publish(cast, PLAIN | {"biography": "Other words."}, revision=row.revision)
        row = services.restore(by=cast.actor("rosa"), subject=cast.noor, number=1, expected_revision=row.revision)
        assert row.draft == PLAIN
        assert row.shown.number == 2
        with pytest.raises(NotFound):
            services.restore(by=cast.actor("rosa"), subject=cast.noor, number=9, expected_revision=row.revision)

    def test_taking_down_needs_no_draft_and_leaves_the_history(self, cast):
        row = publish(cast)
        row = services.take_down(by=cast.actor("owen"), subject=cast.noor, expected_revision=row.revision)
        assert row.shown is None
        assert ProfileVersion.objects.count() == 1
        with pytest.raises(Conflict):
            services.take_down(by=cast.actor("owen"), subject=cast.noor, expected_revision=row.revision)

    def test_a_draft_is_thrown_away(self, cast):
        row = save(cast)
        row = services.discard_draft(by=cast.actor("rosa"), subject=cast.noor, expected_revision=row.revision)
        assert row.draft is None
        with pytest.raises(Conflict):
            services.discard_draft(by=cast.actor("rosa"), subject=cast.noor, expected_revision=row.revision)

    def test_a_published_version_is_never_changed(self, cast):
        row = publish(cast)
        with pytest.raises(DatabaseError), transaction.atomic():
            ProfileVersion.objects.filter(pk=row.shown.pk).update(number=7)

    def test_a_profile_is_of_one_person_or_one_place(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            Profile.objects.create(clinic_id=cast.clinic.pk, staff=cast.noor, location=cast.portland)


class TestTogether:
    @pytest.mark.parametrize("act", [services.publish, services.submit, services.discard_draft])
    def test_nobody_acts_on_words_they_have_not_seen(self, cast, act):
        save(cast)
        save(cast, PLAIN | {"title": "Nurse"}, by="iris", revision=1)
        with pytest.raises(Stale):
            act(by=cast.actor("owen"), subject=cast.noor, expected_revision=1)

    def test_the_slower_of_two_is_refused_and_nothing_is_lost(self, cast):
        save(cast)
        with pytest.raises(Stale):
            save(cast, {"title": "Nurse"}, by="iris")
        assert Profile.objects.get(staff=cast.noor).draft == PLAIN

    def test_another_clinic_finds_nobody(self, cast):
        with pytest.raises(NotFound):
            save(cast, by="otto")


class TestGate:
    @pytest.mark.parametrize(
        ("words", "where"),
        [
            ({"biography": "Noor has cured acne in hundreds of people."}, "Short biography"),
            ({"biography": "Her peels reduce wrinkles by 60%."}, "Short biography"),
            ({"biography": "Good morning.", "title": "Expert in treatments that cure acne"}, "Public title"),
        ],
    )
    def test_what_may_not_be_said_can_be_saved_but_neither_submitted_nor_published(self, cast, words, where):
        row = save(cast, words)
        for act in (services.submit, services.publish):
            with pytest.raises(NotReady) as refused:
                act(by=cast.actor("owen"), subject=cast.noor, expected_revision=row.revision)
            (fault,) = refused.value.faults
            assert fault.where == where
            assert "Safer:" in fault.mend
        assert not ProfileVersion.objects.exists()

    def test_what_needs_evidence_is_sent_to_the_page_where_evidence_stands(self, cast):
        row = save(cast, {"biography": "Microneedling with her improves acne scars."})
        with pytest.raises(NotReady, match="page of a treatment"):
            services.publish(by=cast.actor("owen"), subject=cast.noor, expected_revision=row.revision)

    def test_where_no_claim_is_found_whoever_publishes_it_decides(self, cast):
        row = publish(cast, {"biography": "She dreams of glass. She likes mornings."})
        found = row.shown.reports.get().content["sentences"]
        assert {one["state"] for one in found} == {"ok"}
        assert {one["verdict"] for one in found} == {"needs-evidence", "ok"}

    def test_the_same_rules_hold_for_a_location(self, cast):
        row = save(cast, {"description": "Our exosomes are FDA approved."}, subject=cast.portland)
        with pytest.raises(NotReady):
            services.publish(by=cast.actor("owen"), subject=cast.portland, expected_revision=row.revision)

    def test_what_was_found_is_kept_with_the_version(self, cast):
        row = publish(cast, {"description": "Two rooms beside a park."}, subject=cast.portland)
        report = row.shown.reports.get()
        assert (report.jurisdiction, report.version) == ("US", VERSION)
        assert [one["verdict"] for one in report.content["sentences"]] == ["ok"]

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"title": "Physician"}, "title"),
            ({"biography": "x" * 1201}, "biography"),
            ({"picture": {"picture": 999_999, "alt": "A face."}}, "file"),
            ({"position": 0}, "position"),
        ],
    )
    def test_what_cannot_be_kept_is_said_beside_its_field(self, cast, words, field):
        with pytest.raises(Invalid) as refused:
            save(cast, words)
        assert list(refused.value.fields) == [field]

    def test_a_place_of_which_nothing_is_said_is_not_published(self, cast):
        row = save(cast, {}, subject=cast.portland)
        with pytest.raises(Invalid, match="Nothing is written"):
            services.publish(by=cast.actor("owen"), subject=cast.portland, expected_revision=row.revision)
