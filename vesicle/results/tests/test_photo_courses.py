"""Changes seen in photographs over weeks: what counts, what is shown until there are any, and what the pages say."""

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
from vesicle.protocols.queries import option_of_edition
from vesicle.results import chart_copy, queries
from vesicle.results.models import Capture, PhotoChange, PhotoComparison, PhotoMeasure
from vesicle.results.photo_courses import Occasion, PhotoChanged, PhotoValue, courses, matter, primary
from vesicle.results.views import context_of
from vesicle.skin import MEASURES, REGIONS
from vesicle.treatment import photos

KEY = ("crows-feet-left", "wrinkles")


def changed(percent, *, sdc=5.0, method="wrinkles/1", verdict=None, **more):
    if percent is None:
        return PhotoChanged("not-measurable", None, 0.0, 0.0, None, "none", method, "too-coarse", **more)
    verdict = verdict or ("real-change" if abs(percent) > sdc else "within-noise")
    return PhotoChanged(verdict, percent, sdc, sdc, None, "pair", method, verdict, **more)


def on(week, change=None, *, view="front", key=KEY, code=""):
    return Occasion(view, week, 7 * week, (3, 1), {key: change} if change else {}, code)


def value(week, amount, view="front", method="wrinkles/1"):
    return PhotoValue(*KEY, view, -1 if week is None else 7 * week, week, method, amount, "mOD", 1.0)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("basis", "published", "is_real", "noise"),
        [
            ("pair", None, True, 5),
            ("pair", 12.0, True, 12),
            ("pair", 30.0, False, 30),
            ("retest:2031-04", 30.0, True, 5),
        ],
    )
    def test_until_the_clinic_has_a_retest_a_change_is_beyond_published_figures_too(
        self, basis, published, is_real, noise
    ):
        found = PhotoChanged("real-change", -14.0, 5.0, 5.0, published, basis, "wrinkles/1", "beyond-noise")
        assert (found.is_real, found.noise, found.is_unconfirmed) == (is_real, noise, not is_real)

    def test_noise_is_no_change_however_small_the_published_figure(self):
        assert not changed(-3, verdict="within-noise").is_real


class TestCourses:
    def test_the_last_occasion_that_was_compared_is_the_verdict(self):
        (found,) = courses([on(12, changed(-20)), on(4, changed(-2))], [])
        assert [step.week for step in found.steps] == [4, 12]
        assert found.latest.change.verdict == "real-change"

    def test_photographs_in_the_swelling_window_never_count(self):
        (found,) = courses([on(4, changed(-20)), on(26, code="swelling-window")], [])
        assert found.latest.week == 4
        (only,) = courses([on(1, code="swelling-window")], [value(None, 50.0), value(1, 20.0)])
        assert (only.latest, only.measured) == (None, [])

    def test_what_is_not_compared_yet_is_said_and_hides_nothing(self):
        (found,) = courses([on(4, changed(-20)), on(12)], [])
        assert (found.latest.week, found.waits.week) == (4, 12)

    def test_a_comparison_that_was_refused_is_the_latest_word(self):
        (found,) = courses([on(4, changed(-20)), on(12, code="not-same-face")], [])
        assert (found.latest.code, found.latest.change) == ("not-same-face", None)

    def test_versions_of_a_method_are_not_mixed(self):
        (found,) = courses([on(4, changed(-20)), on(12, changed(-9, method="wrinkles/2"))], [])
        assert ([step.week for step in found.steps], found.method, found.older) == ([12], "wrinkles/2", 1)

    def test_views_are_not_mixed_and_the_more_exact_one_is_shown_not_the_larger_change(self):
        sides = [on(12, changed(-40, sdc=9)), on(12, changed(-8, sdc=3), view="left-oblique")]
        (found,) = courses(sides, [])
        assert (found.view, found.measured[0][2]) == ("left-oblique", -8)

    def test_single_photographs_stand_in_until_there_is_a_change(self):
        (found,) = courses([on(12)], [value(None, 50.0), value(12, 43.0)])
        assert (found.latest, [one.value for one in found.values]) == (None, [50.0, 43.0])

    def test_a_change_that_fades_is_predicted_from_changes_alone(self):
        weeks = ((4, -30), (12, -24), (20, -18), (28, -12), (36, -6))
        (found,) = courses([on(week, changed(percent, sdc=3)) for week, percent in weeks], [])
        assert found.fading.return_week == pytest.approx(44, abs=2)
        for none in (changed(None), changed(-2)):
            (never,) = courses([on(12, none)], [])
            assert never.fading is None


def test_what_matters_is_what_the_protocol_names_where_it_was_done(treated):
    encounter = treated.encounter
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    named = primary(sections, ["around-eyes"])
    assert "crows-feet-left:wrinkles" in named
    assert not [name for name in named if not name.startswith("crows-feet")]
    others = [on(4, changed(-9), key=key) for key in (("chin", "wrinkles"), ("cheek-left", "wrinkles"))]
    first, rest = matter(courses([on(12, changed(-9)), *others], []), named)
    assert [(one.region, one.measure) for one in first] == [KEY]
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


def photographed(path, changes=((1, None), (12, -14.2))):
    """Photographs from before and of weeks, and what changed between them; in week 1 skin is swollen."""
    encounter = path.encounter
    decide(path, is_given=True)
    taken = {week: _photo(path, week) for week, _ in ((None, None), *changes)}
    for week, percent in changes:
        row = PhotoComparison.objects.create(
            clinic_id=encounter.clinic_id, encounter=encounter, patient=encounter.patient, view="front", week=week,
            day=7 * week, before=[taken[None].pk], after=[taken[week].pk], methods="today", light="relative",
            state="refused" if percent is None else "done", queued_at=clock.now(), ended_at=clock.now(),
            code="" if percent is not None else "swelling-window", facts={"day": 7 * week, "until": 14},
        )  # fmt: skip
        if percent is None:
            continue
        for region, measure in ((KEY), ("chin", "spots")):
            PhotoChange.objects.create(
                clinic_id=encounter.clinic_id, comparison=row, region=region, measure=measure,
                method=f"{measure}/1+paired/1", unit="mOD", before=50, after=50 + percent / 2, percent=percent,
                low=percent - 6, high=percent + 6, sdc=6, published=10, p=0.01, verdict="real-change", basis="pair",
                code="beyond-noise",
            )  # fmt: skip
    return encounter


def _photo(path, week):
    encounter = path.encounter
    at = encounter.started_at + timedelta(weeks=week or 0)
    photo = photos.store(
        by=path.nurse, patient=encounter.patient, encounter=encounter, view="front", taken_at=at, now=at, week=week,
        day=7 * week if week else 0, upload=skin(person=1, tone="II", lines=0.5 - (week or 0) / 100),
    )  # fmt: skip
    Capture.objects.create(
        clinic_id=photo.clinic_id, photo=photo, patient=photo.patient, quality={"accepted": True}, skin="clean",
        is_for_measuring=True, sha256=photo.sha256, checked_at=at,
    )  # fmt: skip
    PhotoMeasure.objects.create(
        clinic_id=photo.clinic_id, photo=photo, patient=photo.patient, region=KEY[0], measure=KEY[1],
        method="wrinkles/1", value=50.0, unit="mOD", sem=1.0, sdc=2.77, basis="published", calibration="none",
        px_per_mm=8, measured_at=at,
    )  # fmt: skip
    return photo


class TestPages:
    def test_the_patient_reads_the_verdict_and_the_read_is_audited(self, treated):
        encounter = photographed(treated)
        found = context_of(treated.me, encounter)["photo_curves"]
        (curve,) = found.first
        assert curve.tone == "ok"
        assert "14 % fewer, more than measurement noise" in curve.sentence
        assert [point.said for point in curve.points] == ["–", "-14.2 % ± 6.0"]
        assert "swollen until day 7" in curve.points[0].note
        assert curve.points[1].note == "Photographs: 1 from before, 1 from this week."
        assert "week 12: -14.2 ± 6" in curve.wide
        assert "differed by up to 10 %" in curve.basis
        assert found.rest
        assert AuditEntry.objects.filter(code="results.read", detail__photographs=3).exists()
        assert AuditEntry.objects.filter(code="results.compared-read").exists()

    def test_until_photographs_are_compared_it_says_so_and_gives_no_verdict(self, treated):
        encounter = photographed(treated, ())
        _photo(treated, 12)
        (curve,) = context_of(treated.me, encounter)["photo_curves"].first
        assert (curve.chip, curve.tone, curve.is_compared) == ("Not compared yet", "neutral", False)
        assert "nothing is said of them" in curve.sentence
        assert "week 12: 50 ± 2" in curve.wide

    def test_a_change_within_published_figures_is_not_called_one(self, treated):
        encounter = photographed(treated, ((12, -9.0),))
        (curve,) = context_of(treated.me, encounter)["photo_curves"].first
        assert (curve.chip, curve.tone) == ("Within measurement noise", "neutral")
        assert "differed by up to 10 %, so it is not called a change" in curve.sentence

    def test_nothing_of_the_photographs_is_shown_once_consent_is_withdrawn(self, treated, client):
        encounter = photographed(treated)
        link = plan_link(by=treated.nurse, encounter=encounter, now=clock.now(), page="results")
        decide(treated, is_given=False)
        found = context_of(treated.nurse, encounter)["photo_curves"]
        assert (found.first, found.rest) == ((), ())
        assert "No photographs are compared" in client.get(urlsplit(link).path).content.decode()

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
        assert "cambio en %" in found[0].wide

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
