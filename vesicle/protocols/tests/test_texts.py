"""An edition may carry the clinic's own text of a protocol: checked like a file, named in records, undone at will."""

import copy

import pytest
from django.db import IntegrityError, transaction

from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.protocols import health, queries, services
from vesicle.protocols.models import Edition, EditionText, ProtocolRelease
from vesicle.protocols.problems import FileRefused
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, install

OPTION = "prp/injection"


@pytest.fixture(autouse=True)
def releases(cast):
    install()


def text(edition, **changes):
    """Return what one would save: the text of the edition with changes in whole fields."""
    return copy.deepcopy(services.start_text(fresh(edition))) | changes


def change(cast, edition, by="iris", revision=None, **changes):
    edition = fresh(edition)
    return services.change_protocol(
        by=cast.actor(by),
        edition=edition,
        content=text(edition, **changes),
        expected_revision=edition.revision if revision is None else revision,
        part="Tagline",
    )


def sign(cast, edition):
    services.submit_for_review(by=cast.actor("iris"), edition=edition)
    services.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)
    return fresh(edition)


class TestOwnText:
    def test_a_release_as_it_is_has_no_text_of_its_own(self, cast):
        assert draft(cast).content is None

    def test_every_reader_of_the_edition_reads_the_own_text(self, cast):
        edition = sign(cast, change(cast, draft(cast), tagline="As it is done in this house."))
        offer = queries.offered(cast.clinic.pk, OPTION)
        assert offer.protocol.tagline == "As it is done in this house."
        assert offer.option.version == f"{shipped.PRP}+e{edition.number}"
        assert queries.option_of_edition(edition.pk, OPTION).option.version == f"{shipped.PRP}+e{edition.number}"

    def test_what_says_the_same_as_the_release_is_no_text_of_its_own(self, cast):
        edition = change(cast, draft(cast), tagline="As it is done in this house.")
        released = edition.release.content["tagline"]
        assert change(cast, edition, tagline=released).content is None

    def test_identity_version_and_release_date_are_not_the_authors(self, cast):
        edition = change(cast, draft(cast), id="laser", version="9.9.9", released="2031-01-01", tagline="Ours.")
        release = edition.release.content
        kept = {key: edition.content[key] for key in ("id", "version", "released")}
        assert kept == {"id": "prp", "version": f"{shipped.PRP}+e1", "released": release["released"]}

    def test_the_signature_covers_the_text(self, cast):
        edition = draft(cast)
        before = services.content_hash(edition)
        assert services.content_hash(change(cast, edition, tagline="Ours.")) != before

    def test_the_database_refuses_to_change_the_text_of_an_approved_edition(self, cast):
        edition = sign(cast, change(cast, draft(cast), tagline="As it is done in this house."))
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(content=None)

    def test_the_doctor_knows_the_own_text_and_its_claims(self, cast):
        edition = draft(cast)
        claims = copy.deepcopy(text(edition)["claims"]) if "claims" in text(edition) else None
        where = text(edition) if claims else text(edition)["modalities"][0]
        where["claims"][0]["review_by"] = "2026-11-30"
        changes = {"claims": where["claims"]} if claims else {"modalities": text(edition)["modalities"]}
        sign(cast, change(cast, edition, **changes))
        assert not [finding for finding in health.approved() if "not what was signed" in finding.what]

    def test_minutes_for_an_area_that_is_gone_go_with_it(self, cast):
        modality = next(option for option in queries.text_of(draft(cast))[1] if option.id == OPTION)
        *kept, gone = [area.model_dump(mode="json") for area in modality.sections.areas]
        own = {"modalities": {"injection": {"price_from": 800, "areas": {gone["area"]: {"minutes": 55}}}}}
        edition = draft(cast, overlay=own)
        modalities = text(edition)["modalities"]
        modalities[[one["id"] for one in modalities].index("injection")]["areas"] = kept
        assert change(cast, edition, modalities=modalities).overlay == {
            "modalities": {"injection": {"price_from": 800}}
        }


class TestChange:
    def test_every_problem_is_named_by_its_field(self, cast):
        edition = draft(cast)
        rules = text(edition)["rules"]
        rules[0]["effect"] = "forbid"
        rules[1]["refs"] = ["nobody2020"]
        with pytest.raises(Invalid) as refused:
            change(cast, edition, rules=rules, tagline="")
        assert refused.value.fields.keys() == {"rules[0].effect", "rules[1].refs[0]", "tagline"}
        assert fresh(edition).content is None

    def test_a_problem_in_a_condition_is_named_where_it_stands(self, cast):
        edition = draft(cast)
        rules = text(edition)["rules"]
        rows = [{"question": "", "within_days": None}, {"question": "SCR-PREG", "is": []}, {"age": {"from": 200}}]
        rules[0]["when"] = {"all": [{"any": rows}, {"area": []}]}
        with pytest.raises(Invalid) as refused:
            change(cast, edition, rules=rules)
        place = "rules[0].when.all[0].any"
        assert refused.value.fields.keys() == {
            f"{place}[0].question",
            f"{place}[0].within_days",
            f"{place}[1].is",
            f"{place}[2].age.from",
            "rules[0].when.all[1].area",
        }

    def test_contradictions_are_refused_like_those_of_a_file(self, cast):
        edition = draft(cast)
        rules = text(edition)["rules"]
        with pytest.raises(Invalid) as refused:
            change(cast, edition, rules=[*rules, rules[0]])
        assert any("more than once" in words for words in refused.value.fields.values())

    def test_only_a_medical_director_changes_the_protocol(self, cast):
        for name in ("owen", "noor", "rosa"):
            with pytest.raises(NotPermitted):
                change(cast, draft(cast), by=name, tagline="Mine.")

    def test_the_slower_of_two_is_refused(self, cast):
        edition = draft(cast)
        change(cast, edition, tagline="The first.")
        with pytest.raises(Stale):
            change(cast, edition, tagline="The second.", revision=1)

    def test_only_a_draft_is_changed(self, cast):
        with pytest.raises(Conflict):
            change(cast, approved(cast), tagline="Too late.")

    def test_another_clinics_edition_is_not_found(self, cast):
        edition = draft(cast)
        with pytest.raises((NotFound, NotPermitted)):
            change(cast, edition, by="otto", tagline="Mine.")

    def test_it_stands_in_the_audit_trail(self, cast):
        edition = change(cast, draft(cast), tagline="Ours.")
        entry = AuditEntry.objects.get(code="edition.text_changed", object_id=edition.pk)
        assert entry.detail == {"part": "Tagline", "revision": 2}


class TestUndo:
    def test_one_goes_back_to_any_earlier_text_and_from_there_back_again(self, cast):
        edition = draft(cast)
        for words in ("First words.", "Second words."):
            edition = change(cast, edition, tagline=words)
        iris = cast.actor("iris")
        back = services.restore_text(by=iris, edition=edition, revision=2, expected_revision=edition.revision)
        assert back.content["tagline"] == "First words."
        again = services.restore_text(by=iris, edition=edition, revision=3, expected_revision=back.revision)
        assert again.content["tagline"] == "Second words."
        assert [row.revision for row in queries.texts_before(iris, again)] == [4, 3, 2, 1]

    def test_all_changes_are_thrown_away_but_not_lost(self, cast):
        edition = change(cast, draft(cast), tagline="Ours.")
        clean = services.discard_text(by=cast.actor("iris"), edition=edition, expected_revision=2)
        assert clean.content is None
        assert EditionText.objects.get(edition=edition, revision=2).content["tagline"] == "Ours."

    def test_a_text_that_never_was_is_not_found(self, cast):
        with pytest.raises(NotFound):
            services.restore_text(by=cast.actor("iris"), edition=draft(cast), revision=7, expected_revision=1)


class TestFiles:
    def take(self, cast, raw, edition=None, by="iris"):
        edition = edition or draft(cast)
        return services.import_protocol(
            by=cast.actor(by), edition=edition, raw=raw, name="prp.yaml", expected_revision=edition.revision
        )

    def source(self):
        return ProtocolRelease.objects.get(treatment="prp", version=shipped.PRP).source

    def test_a_file_of_the_treatment_becomes_the_text_of_the_draft(self, cast):
        raw = self.source().replace("tagline: Your own", "tagline: Nobody but your own").encode()
        edition = self.take(cast, raw)
        assert edition.content["tagline"].startswith("Nobody but your own")
        assert edition.content["version"] == f"{shipped.PRP}+e1"

    def test_the_released_file_itself_leaves_the_release_as_it_is(self, cast):
        assert self.take(cast, self.source().encode()).content is None

    def test_every_problem_has_its_line_and_field(self, cast):
        raw = self.source().replace("effect: exclude", "effect: forbid", 1).replace("[iadvlPRP]", "[nobody]", 1)
        with pytest.raises(FileRefused) as refused:
            self.take(cast, raw.encode())
        lines = raw.splitlines()
        found = {problem.field: lines[problem.line - 1].strip() for problem in refused.value.problems}
        assert "effect: forbid" in found.values()
        assert any("[nobody]" in line for line in found.values())

    @pytest.mark.parametrize("raw", [b"", b"- a\n- b\n", b"a: [", b"id: microneedling\n", b"\xff"])
    def test_what_is_no_protocol_of_this_treatment_is_refused(self, cast, raw):
        edition = draft(cast)
        with pytest.raises(FileRefused):
            self.take(cast, raw, edition)
        assert fresh(edition).revision == 1


class TestNextRelease:
    @pytest.fixture
    def newer(self, cast):
        def install_newer():
            release = ProtocolRelease.objects.get(treatment="prp", version=shipped.PRP)
            content = release.content | {"version": shipped.NEXT}
            return ProtocolRelease.objects.create(
                treatment="prp",
                version=shipped.NEXT,
                source="",
                content=content,
                checksum="2" * 64,
                installed_at=release.installed_at,
            )

        return install_newer

    def test_the_own_text_goes_on_while_the_release_is_the_same(self, cast):
        sign(cast, change(cast, draft(cast), tagline="As it is done in this house."))
        second = draft(cast)
        assert (second.content["tagline"], second.content["version"]) == (
            "As it is done in this house.",
            f"{shipped.PRP}+e2",
        )

    def test_on_a_newer_release_a_draft_starts_from_the_release(self, cast, newer):
        sign(cast, change(cast, draft(cast), tagline="As it is done in this house."))
        release = newer()
        second = draft(cast)
        assert (second.content, second.release_id) == (None, release.pk)
