"""The doctor notices altered files, missing releases, unsigned or altered editions and overdue claims."""

from datetime import UTC, datetime

import pytest

from vesicle.core import clock
from vesicle.core.health import State
from vesicle.protocols import health, library_files, queries, services, translating
from vesicle.protocols.models import Edition, EditionApproval, ProtocolRelease, ProtocolTranslation
from vesicle.protocols.tests import shipped, translations
from vesicle.protocols.tests.editions import approved, install
from vesicle.protocols.translating import catalogs

pytestmark = pytest.mark.django_db

RELEASES = len(library_files.released_checksums())


def said(check):
    return [(finding.state, finding.what) for finding in check()]


def problems(check):
    return [finding for finding in check() if finding.state is State.PROBLEM]


class TestFiles:
    def test_the_shipped_library_is_intact(self):
        assert said(health.intact) == [(State.OK, f"{RELEASES} released files unaltered, 10 options")]

    def test_a_released_version_without_its_file_is_named(self, monkeypatch):
        released = {**library_files.released_checksums(), ("prp", "9.0.0"): "0" * 64}
        monkeypatch.setattr(library_files, "released_checksums", lambda: released)
        assert [found.what for found in problems(health.intact)] == ["prp 9.0.0 is released but its file is missing"]


class TestInstalled:
    def test_what_is_not_installed_is_named_with_its_remedy(self):
        found = problems(health.installed)
        assert len(found) == RELEASES
        assert found[-1].what == f"prp {shipped.PRP} is not installed"
        assert "vesicle protocols install" in found[0].remedy

    def test_an_installed_library_is_well(self):
        install()
        assert said(health.installed) == [(State.OK, f"all {RELEASES} releases installed")]

    def test_another_text_under_a_released_version_is_named(self):
        ProtocolRelease.objects.create(
            treatment="prp", version=shipped.PRP, source="", content={}, checksum="0" * 64, installed_at=clock.now()
        )
        assert f"the database holds another text under prp {shipped.PRP}" in [
            f.what for f in problems(health.installed)
        ]


class TestTranslations:
    def test_tell_what_a_language_lacks_and_what_cannot_be_read(self, tmp_path):
        with translations.library_in(tmp_path):
            assert said(health.translated) == []
            for name in translating.names():
                translations.fill("es", name)
            assert [state for state, _ in said(health.translated)] == [State.OK]
            catalogs.path_of("es", "prp").unlink()
            translations.forget()
            assert [state for state, _ in said(health.translated)] == [State.NOTE]
            catalogs.path_of("es", "prp").write_text("msgid broken", "utf-8")
            translations.forget()
            assert [state for state, _ in said(health.translated)] == [State.PROBLEM]

    def test_that_were_altered_after_somebody_signed_them_are_named(self):
        ProtocolTranslation.objects.create(language="es", checksum="0" * 64, texts={"A": "B"}, kept_at=clock.now())
        (found,) = problems(health.translated)
        assert found.what == "the signed translations 000000000000… were altered"


class TestEditions:
    def test_every_clinic_hears_what_it_has_not_approved(self, cast):
        install()
        approved(cast, "prp")
        found = [what for _, what in said(health.approved)]
        others = "chemical-peel, exosome-therapy, laser-resurfacing, microneedling"
        assert found == [
            f"Alderbrook Skin: no approved edition of {others}",
            f"Bellhaven Dermal: no approved edition of {others}, prp",
        ]

    def test_an_edition_that_is_not_what_was_signed_is_a_problem(self, cast):
        install()
        release = queries.latest_release("prp")
        edition = Edition.objects.create(
            treatment="prp",
            number=1,
            release=release,
            status=Edition.Status.APPROVED,
            created_by=cast.iris,
            created_at=clock.now(),
        )
        signature = {
            "edition": edition,
            "revision": 1,
            "approved_by": cast.iris,
            "licence": "md",
            "statement": "Read.",
            "approved_at": clock.now(),
        }
        EditionApproval.objects.create(**signature, content_hash="0" * 64)
        assert [f.what for f in problems(health.approved)] == ["Alderbrook Skin: prp edition 1 is not what was signed"]
        assert services.content_hash(edition) != "0" * 64

    def test_a_clinic_with_everything_approved_is_well(self, cast):
        install()
        for treatment in library_files.load_library().treatments():
            approved(cast, treatment)
        assert (State.OK, "Alderbrook Skin: all 5 treatments approved") in said(health.approved)


class TestClaims:
    def test_claims_in_date_are_well(self, cast):
        install()
        approved(cast, "prp")
        with clock.pretend(datetime(2026, 11, 30, tzinfo=UTC)):
            [(state, words)] = said(health.looked_at)
        assert state is State.OK
        assert words.startswith("no claim is overdue; the next is due 20")

    def test_a_claim_past_its_date_is_a_problem(self, cast):
        install()
        approved(cast, "prp")
        with clock.pretend(datetime(2046, 11, 30, tzinfo=UTC)):
            found = problems(health.looked_at)
        assert found
        assert all(f.what.startswith("claim past its review date: prp/") for f in found)

    def test_claims_of_what_nobody_approved_are_not_asked_about(self, cast):
        install()
        with clock.pretend(datetime(2046, 11, 30, tzinfo=UTC)):
            assert said(health.looked_at) == [(State.OK, "no claim is in use")]
