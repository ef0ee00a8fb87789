"""Photo measures over weeks: what counts, what is compared with what, and what the pages say of it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from vesicle.aftercare.letters import plan_link
from vesicle.consent import services as consents
from vesicle.core import clock, languages
from vesicle.core.audit import AuditEntry
from vesicle.core.catalogs import merged
from vesicle.core.errors import NotFound
from vesicle.demo.pictures import skin
from vesicle.protocols.bank import load_bank
from vesicle.results import chart_copy, queries
from vesicle.results.models import PhotoMeasure
from vesicle.results.photo_courses import PhotoValue, courses, matter
from vesicle.results.views import context_of
from vesicle.skin import MEASURES, REGIONS
from vesicle.treatment import photos


def value(day, amount, **changes):
    given = {"region": "crows-feet-left", "measure": "wrinkles", "view": "front", "method": "wrinkles/1"}
    given |= {"unit": "%", "sem": 1.0, "sdc": 2.77, "basis": "published", "calibration": "none"}
    given |= {"day": day, "week": None if day < 0 else day // 7, "value": amount}
    return PhotoValue(**given | changes)


def only(*values):
    (found,) = courses(values, 14)
    return found


class TestVerdicts:
    def test_more_than_the_smallest_detectable_change_is_real_and_as_much_is_noise(self):
        assert only(value(-1, 50), value(84, 43)).verdict == ("real-change", pytest.approx(-14), "")
        assert only(value(-1, 50), value(84, 47.5)).verdict.verdict == "within-noise"

    def test_a_photograph_in_the_swelling_window_never_counts(self):
        found = only(value(-1, 50), value(14, 20))
        assert found.verdict is None
        assert [found.counts(one) for one in found.values] == [True, False]
        assert only(value(-1, 50), value(14, 20), value(84, 50)).verdict.verdict == "within-noise"

    def test_different_versions_of_a_method_are_not_compared(self):
        found = only(value(-1, 50, method="wrinkles/9"), value(84, 30, method="wrinkles/10"))
        assert (found.method, found.older) == ("wrinkles/10", 1)
        assert found.verdict.verdict == "not-measurable"

    def test_the_newest_version_replaces_an_older_one_of_the_same_photographs(self):
        both = [value(d, v, method=f"wrinkles/{n}") for n in (1, 2) for d, v in ((-1, 50 * n), (84, 40 * n))]
        found = only(*both)
        assert (found.older, [one.value for one in found.values]) == (0, [100, 80])

    def test_the_reason_that_nothing_was_measured_is_handed_on(self):
        found = only(value(-1, 50), value(84, None, sem=None, sdc=None, reason="Too blurred."))
        assert found.verdict == ("not-measurable", None, "Too blurred.")

    def test_an_unknown_error_is_no_change(self):
        assert only(value(-1, 50, sdc=None), value(84, 30)).verdict.verdict == "not-measurable"

    @pytest.mark.parametrize(("before", "after"), [("none", "none"), ("none", "card"), ("card", "none")])
    def test_colours_without_the_card_in_both_photographs_are_no_change(self, before, after):
        red = {"measure": "erythema", "method": "erythema/1"}
        found = only(value(-1, 50, calibration=before, **red), value(84, 30, calibration=after, **red))
        assert found.verdict.verdict == "not-measurable"
        assert "colour card" in found.verdict.reason
        assert found.fading is None or found.fading.return_week is None
        both = only(value(-1, 50, calibration="card", **red), value(84, 30, calibration="card", **red))
        assert both.verdict.verdict == "real-change"

    def test_views_are_not_mixed(self):
        found = only(value(-1, 50), value(84, 40), value(84, 10, view="left-oblique"))
        assert {one.view for one in found.values} == {"front"}


def test_what_matters_is_what_the_treatment_is_for_where_it_was_done():
    rows = [value(-1, 50), value(-1, 5, region="chin"), value(-1, 5, measure="ita", method="ita/1")]
    first, rest = matter(courses(rows, 14), ["wrinkles"], ["around-eyes"])
    assert [(one.region, one.measure) for one in first] == [("crows-feet-left", "wrinkles")]
    assert len(rest) == 2


def test_the_bank_names_measures_and_regions_that_the_library_has_and_all_have_their_spanish():
    named = {name for concern in load_bank().concerns.values() for name in concern.photo_measures}
    assert named
    assert named <= set(MEASURES)
    lain_on = {region for site in load_bank().sites.values() for region in site.photo_regions}
    assert lain_on == set(REGIONS)
    known = merged("es")
    assert {one.label for one in MEASURES.values()} | set(REGIONS.values()) <= set(known)


def decide(path, *, is_given):
    patient = path.encounter.patient
    consents.set_photo_consent(
        by=path.me, patient=patient, use="clinical", is_given=is_given, signature=patient.full_name, now=clock.now()
    )


def photographed(path, amounts=((None, 50.0), (1, 20.0), (12, 43.0))):
    """Photographs of weeks with one measure each."""
    encounter = path.encounter
    decide(path, is_given=True)
    for week, amount in amounts:
        at = encounter.started_at + timedelta(weeks=week or 0)
        photo = photos.store(
            by=path.nurse,
            patient=encounter.patient,
            encounter=encounter,
            upload=skin(person=1, tone="II", lines=0.5),
            view="front",
            taken_at=at,
            now=at,
            week=week,
        )
        for region in ("crows-feet-left", "chin"):
            PhotoMeasure.objects.create(
                clinic_id=encounter.clinic_id,
                photo=photo,
                patient=encounter.patient,
                region=region,
                measure="wrinkles" if region != "chin" else "spots",
                method="wrinkles/1" if region != "chin" else "spots/1",
                value=amount,
                unit="%",
                sem=1.0,
                sdc=2.77,
                basis="published",
                calibration="none",
                px_per_mm=8,
                measured_at=at,
            )
    return encounter


class TestPages:
    def test_the_patient_reads_the_verdict_and_the_read_is_audited(self, treated):
        encounter = photographed(treated)
        found = context_of(treated.me, encounter)["photo_curves"]
        assert [one.tone for one in found.first] == ["ok"]
        assert "14 % less, more than measurement noise" in found.first[0].sentence
        assert "does not count" in found.first[0].wide
        assert found.rest
        entry = AuditEntry.objects.filter(code="results.read", detail__photographs=3)
        assert entry.exists()

    def test_the_pdf_holds_the_photographs_only_while_the_patient_agrees(self, treated):
        encounter = photographed(treated)
        context = context_of(treated.me, encounter)
        with_them = chart_copy.copy_of(by=treated.me, encounter=encounter, context=context)
        assert with_them.startswith(b"%PDF")

        decide(treated, is_given=False)
        without = chart_copy.copy_of(by=treated.nurse, encounter=encounter, context=context)
        assert len(without) < len(with_them)
        taken = AuditEntry.objects.filter(code="results.copied").order_by("pk")
        assert [row.detail["pairs"] for row in taken] == [1, 0]

    def test_a_spanish_patient_reads_spanish(self, treated):
        encounter = photographed(treated)
        with languages.speaking("es"):
            found = context_of(treated.me, encounter)["photo_curves"].first
        assert "14 % menos, más que el error de medición" in found[0].sentence

    def test_the_patients_own_page_and_pdf_open_in_their_language(self, treated, client):
        encounter = photographed(treated)
        type(encounter.patient).objects.filter(pk=encounter.patient_id).update(language="es")
        link = plan_link(by=treated.nurse, encounter=encounter, now=clock.now(), page="results")
        page = client.get(urlsplit(link).path)
        assert "Lo que muestran las fotografías" in page.content.decode()
        assert client.get(urlsplit(link).path + "result.pdf")["Content-Type"] == "application/pdf"

    def test_nobody_else_reads_it(self, treated, path):
        encounter = photographed(treated)
        with pytest.raises(NotFound):
            queries.photo_measures_of(path("tam").me, encounter)
