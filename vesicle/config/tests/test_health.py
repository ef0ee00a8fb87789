"""The doctor notices protocols that were altered and editions that nobody approved."""

import pytest

from vesicle.clinic.models import Clinic
from vesicle.config import health
from vesicle.core import clock
from vesicle.core.health import State
from vesicle.core.scope import clinic_scope
from vesicle.people.models import Staff, User
from vesicle.protocols import services
from vesicle.protocols.models import Edition, EditionApproval, ProtocolRelease

pytestmark = pytest.mark.django_db


def worst(findings) -> tuple[State, str]:
    order = [State.OK, State.NOTE, State.PROBLEM]
    found = max(findings, key=lambda finding: order.index(finding.state))
    return found.state, found.what


class TestProtocols:
    def test_installed_and_unaltered_is_well(self):
        services.install_library()
        state, words = worst(health.protocols())
        assert state is State.OK
        assert words.startswith("5 treatments, 10 options")

    def test_what_is_not_installed_is_named(self):
        state, words = worst(health.protocols())
        assert state is State.PROBLEM
        assert "prp 1.0.0" in words
        assert words.endswith("not installed")

    def test_a_release_that_differs_from_its_file_is_named(self):
        ProtocolRelease.objects.create(
            treatment="prp", version="1.0.0", source="", content={}, checksum="0" * 64, installed_at=clock.now()
        )
        found = [finding.what for finding in health.protocols()]
        assert "prp 1.0.0 in the database is not the file of that version" in found


class TestApprovals:
    @pytest.fixture
    def edition(self):
        services.install_library()
        clinic = Clinic.objects.create(
            slug="trial",
            name="Trial Skin",
            wordmark_first="Trial",
            jurisdiction="US",
            currency="USD",
            phone="555",
            email="a@example.com",
            emergency_note="Call.",
            created_at=clock.now(),
        )
        with clinic_scope(clinic.pk):
            user = User.objects.create_user(email="iris@example.com", password=None)
            staff = Staff.objects.create(user=user, name="Iris", roles=[])
            edition = Edition.objects.create(
                treatment="prp",
                number=1,
                release=ProtocolRelease.objects.get(treatment="prp"),
                status=Edition.Status.APPROVED,
                created_by=staff,
                created_at=clock.now(),
            )
            yield edition

    def approve(self, edition: Edition, content_hash: str) -> None:
        EditionApproval.objects.create(
            edition=edition,
            approved_by=edition.created_by,
            licence="MD",
            statement="Approved.",
            content_hash=content_hash,
            approved_at=clock.now(),
        )

    def test_an_approved_edition_is_well(self, edition):
        self.approve(edition, services.content_hash(edition))
        assert worst(health.approvals()) == (State.OK, "Trial Skin: editions approved of prp")

    def test_one_changed_after_its_approval_is_a_problem(self, edition):
        self.approve(edition, "0" * 64)
        state, words = worst(health.approvals())
        assert (state, words) == (State.PROBLEM, "Trial Skin: prp edition 1 changed after its approval")

    def test_a_clinic_without_any_is_noted(self, edition):
        Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.RETIRED)
        assert worst(health.approvals())[0] is State.NOTE
