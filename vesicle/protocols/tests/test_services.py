"""Editions from draft to signature: who may do what, in which order, and what never changes."""

import pytest
from django.db import IntegrityError, transaction

from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.protocols import queries, services
from vesicle.protocols.library_files import released_checksums
from vesicle.protocols.models import Edition, EditionApproval, ProtocolRelease
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, in_review, install

OWN_PRICE = {"modalities": {"injection": {"price_from": 777}}}


@pytest.fixture(autouse=True)
def releases(cast):
    install()


def approve(cast, edition, by="iris", **more):
    return services.approve_edition(by=cast.actor(by), edition=edition, statement=STATEMENT, **more)


class TestInstall:
    def test_it_is_safe_to_repeat(self):
        assert ProtocolRelease.objects.count() == len(released_checksums())
        assert services.install_library() == []

    def test_a_release_is_never_changed_in_the_database(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProtocolRelease.objects.filter(treatment="prp").update(source="x")


class TestDraft:
    def test_numbers_count_up_within_a_treatment(self, cast):
        assert [draft(cast).number, draft(cast).number, draft(cast, "microneedling").number] == [1, 2, 1]

    def test_a_new_draft_begins_with_what_is_approved(self, cast):
        approved(cast, overlay=OWN_PRICE)
        assert draft(cast).overlay == OWN_PRICE

    def test_an_overlay_that_does_not_fit_is_refused_by_field(self, cast):
        with pytest.raises(Invalid) as refused:
            draft(cast, overlay={"modalities": {"drinking": {}}})
        assert list(refused.value.fields) == ["modalities.drinking"]
        assert Edition.objects.count() == 0

    @pytest.mark.parametrize("name", ["rosa", "noor", "ines", "pia", "visitor"])
    def test_others_may_not_begin_one(self, cast, name):
        with pytest.raises(NotPermitted):
            draft(cast, by=name)

    def test_a_picture_nobody_has_is_refused(self, cast):
        with pytest.raises(Invalid) as refused:
            draft(cast, overlay={"pictures": [{"picture": 404, "alt": "A room"}]})
        assert list(refused.value.fields) == ["pictures.0.picture"]


class TestChange:
    def change(self, cast, edition, revision, by="owen"):
        return services.change_overlay(
            by=cast.actor(by), edition=edition, overlay=OWN_PRICE, expected_revision=revision
        )

    def test_every_save_counts_the_revision(self, cast):
        edition = draft(cast)
        assert self.change(cast, edition, 1).revision == 2
        assert fresh(edition).overlay == OWN_PRICE

    def test_the_slower_of_two_is_told_and_changes_nothing(self, cast):
        edition = draft(cast)
        self.change(cast, edition, 1, by="iris")
        with pytest.raises(Stale):
            services.change_overlay(by=cast.actor("owen"), edition=edition, overlay={}, expected_revision=1)
        assert fresh(edition).overlay == OWN_PRICE

    def test_what_is_in_review_cannot_be_changed(self, cast):
        edition = in_review(cast)
        with pytest.raises(Conflict, match="in review"):
            self.change(cast, edition, 1)

    def test_front_desk_may_not(self, cast):
        with pytest.raises(NotPermitted):
            self.change(cast, draft(cast), 1, by="rosa")


class TestApprove:
    def test_it_retires_the_one_before_and_keeps_the_signature(self, cast):
        first = approved(cast)
        second = approved(cast, overlay=OWN_PRICE)
        assert fresh(first).status == "retired"
        assert fresh(second).status == "approved"
        signature = EditionApproval.objects.get(edition=second)
        assert (signature.approved_by, signature.licence, signature.statement) == (cast.iris, "md", STATEMENT)
        assert signature.content_hash == services.content_hash(second)
        assert signature.content_hash != EditionApproval.objects.get(edition=first).content_hash

    def test_only_the_approved_edition_is_offered(self, cast):
        edition = in_review(cast, overlay=OWN_PRICE)
        assert queries.offered_options(cast.clinic.pk) == ()
        approve(cast, edition)
        offered = {one.option.id: one for one in queries.offered_options(cast.clinic.pk)}
        assert set(offered) == {"prp/injection", "prp/microneedling"}
        assert offered["prp/injection"].option.sections.price.per_session.min == 777

    def test_a_modality_taken_off_is_not_offered(self, cast):
        approved(cast, overlay={"modalities": {"injection": {"offered": False}}})
        assert [one.option.id for one in queries.offered_options(cast.clinic.pk)] == ["prp/microneedling"]
        with pytest.raises(NotFound):
            queries.offered(cast.clinic.pk, "prp/injection")

    def test_a_draft_cannot_be_approved_past_review(self, cast):
        with pytest.raises(Conflict, match="cannot become approved"):
            approve(cast, draft(cast))

    def test_a_statement_is_needed(self, cast):
        with pytest.raises(Invalid) as refused:
            services.approve_edition(by=cast.actor("iris"), edition=in_review(cast), statement="  ")
        assert list(refused.value.fields) == ["statement"]

    @pytest.mark.parametrize("name", ["owen", "noor", "rosa", "ines"])
    def test_nobody_but_the_director_signs(self, cast, name):
        edition = in_review(cast)
        with pytest.raises(NotPermitted):
            approve(cast, edition, by=name)
        assert fresh(edition).status == "in-review"

    def test_a_director_without_a_licence_cannot_sign(self, cast):
        edition = in_review(cast)
        cast.iris.licence = ""
        with pytest.raises(NotPermitted, match="licence"):
            approve(cast, edition)

    def test_a_signature_is_for_the_revision_that_was_read(self, cast):
        edition = in_review(cast)
        with pytest.raises(Stale):
            approve(cast, edition, expected_revision=edition.revision + 1)
        approve(cast, edition, expected_revision=edition.revision)
        assert fresh(edition).status == "approved"

    def test_the_public_site_hears_of_it(self, cast):
        edition = in_review(cast)
        cast.clinic.refresh_from_db()
        before = cast.clinic.site_revision
        approve(cast, edition)
        cast.clinic.refresh_from_db()
        assert cast.clinic.site_revision == before + 1
        services.retire_edition(by=cast.actor("iris"), edition=edition)
        cast.clinic.refresh_from_db()
        assert cast.clinic.site_revision == before + 2


class TestSettled:
    @pytest.mark.parametrize("change", [{"overlay": {"note": "x"}}, {"revision": 9}, {"number": 7}])
    def test_the_database_refuses_to_change_an_approved_edition(self, cast, change):
        edition = approved(cast)
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(**change)

    def test_the_database_refuses_to_delete_it_or_its_signature(self, cast):
        edition = approved(cast)
        for rows in (EditionApproval.objects.filter(edition=edition), Edition.objects.filter(pk=edition.pk)):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows._raw_delete(rows.db)

    def test_retired_is_the_end(self, cast):
        edition = approved(cast)
        services.retire_edition(by=cast.actor("iris"), edition=edition)
        with pytest.raises(Conflict):
            services.submit_for_review(by=cast.actor("owen"), edition=edition)


class TestReturn:
    def test_the_reason_reaches_whoever_mends_it(self, cast):
        edition = in_review(cast)
        services.return_to_draft(by=cast.actor("iris"), edition=edition, reason=" Soften the headline. ")
        said = queries.sent_back(cast.actor("owen"), fresh(edition))
        assert (said.by, said.reason) == ("Iris Lindqvist", "Soften the headline.")

    def test_a_reason_is_needed(self, cast):
        with pytest.raises(Invalid):
            services.return_to_draft(by=cast.actor("iris"), edition=in_review(cast), reason=" ")

    def test_the_owner_cannot_send_back(self, cast):
        with pytest.raises(NotPermitted):
            services.return_to_draft(by=cast.actor("owen"), edition=in_review(cast), reason="No.")


class TestOtto:
    def test_he_meets_nothing_here(self, cast):
        edition, otto = in_review(cast), cast.actor("otto")
        acts = [
            lambda: queries.edition(otto, edition.pk),
            lambda: services.approve_edition(by=otto, edition=edition, statement=STATEMENT),
            lambda: services.return_to_draft(by=otto, edition=edition, reason="Mine now."),
            lambda: services.change_overlay(by=otto, edition=edition, overlay={}, expected_revision=1),
            lambda: services.retire_edition(by=otto, edition=edition),
        ]
        for act in acts:
            with pytest.raises(NotFound), clinic_scope(cast.other.pk):
                act()
        assert fresh(edition).status == "in-review"
        with clinic_scope(cast.other.pk):
            assert queries.editions(otto) == []


def test_every_step_stands_in_the_audit_trail(cast):
    edition = approved(cast)
    rows = AuditEntry.objects.filter(object_type="protocols.edition", object_id=edition.pk).order_by("pk")
    assert list(rows.values_list("code", "actor_name")) == [
        ("edition.drafted", "Owen Pryce"),
        ("edition.submitted", "Owen Pryce"),
        ("edition.signed", "Iris Lindqvist"),
        ("edition.approved", "Iris Lindqvist"),
    ]
