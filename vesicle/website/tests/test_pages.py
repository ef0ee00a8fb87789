"""What every public page shows, with real editions. The pages are printed once for all tests here."""

import re
from html import escape

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.duration import appointment_minutes
from vesicle.scheduling.bookable import of_offer
from vesicle.website.presenters.treatment import CONTENTS
from vesicle.website.tests.site import EXOSOMES, PAGES, TREATMENTS, section, words_of

ANCHORS = (
    "overview",
    "benefits",
    "candidates",
    "contraindications",
    "concerns",
    "what-to-expect",
    "results",
    "recovery",
    "alternatives",
    "evidence",
    "regulation",
    "questions",
)


@pytest.mark.parametrize("url", PAGES)
class TestEveryPage:
    def test_has_one_heading_a_title_a_description_and_its_address(self, printed, url):
        page = printed.pages[url]
        assert page.count("<h1") == 1
        assert re.search(r"<title>\s*[^<]{10,}</title>", page)
        assert re.search(r'<meta\s+name="description"\s+content="[^"]{40,}"', page)
        assert f'rel="canonical" href="http://testserver{url}"' in page
        assert '<html lang="en' in page

    def test_needs_no_script_and_has_no_inline_style(self, printed, url):
        page = printed.pages[url]
        assert set(re.findall(r"<script[^>]*>", page)) <= {'<script type="application/ld+json">'}, "data is no script"
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style", page)

    def test_every_picture_says_what_it_shows(self, printed, url):
        page = printed.pages[url]
        for drawing in re.findall(r'<svg[^>]*class="dw[^>]*>.*?</svg>', page, re.DOTALL):
            assert "<title" in drawing
        assert all(' alt="' in image for image in re.findall(r"<img[^>]*>", page))

    def test_every_anchor_it_links_to_is_there_once(self, printed, url):
        page = printed.pages[url]
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
        assert len(ids) == len(set(ids)), "an id is used twice"

    @pytest.mark.parametrize("word", ["compliant", "guaranteed", "TODO", "None,", "None.", "[]", "()"])
    def test_promises_nothing_and_shows_no_seam(self, printed, url, word):
        assert word not in words_of(printed.pages[url])


def test_every_address_within_the_site_exists(printed):
    assert len(printed.answers) > 30
    assert {link for link, status in printed.answers.items() if status != 200} == set()


@pytest.mark.parametrize("treatment", TREATMENTS)
class TestEveryTreatment:
    def test_has_its_anchors_in_order(self, printed, treatment):
        page = printed.treatment(treatment)
        places = [page.index(f'id="{anchor}"') for anchor in ANCHORS]
        assert places == sorted(places)
        assert tuple(anchor for anchor, _ in CONTENTS) == ANCHORS

    def test_has_a_grade_beside_every_benefit(self, printed, treatment):
        benefits = section(printed.treatment(treatment), "benefits")
        rows = re.findall(r'<li>\s*<h[34]\s+class="claim">.*?</li>', benefits, re.DOTALL)
        expected = {benefit.id for one in printed.of(treatment) for benefit in one.option.sections.benefits}
        assert len(rows) >= len(expected) >= 3
        assert all('class="grade"' in row for row in rows)

    def test_has_a_grade_beside_every_concern(self, printed, treatment):
        cells = re.findall(r'<td role="cell".*?</td>', section(printed.treatment(treatment), "concerns"), re.DOTALL)
        assert cells
        assert all('class="grade"' in cell or "Not offered for this" in cell for cell in cells)

    def test_prints_every_claim_with_grade_sources_regulators_and_review_date(self, printed, treatment):
        evidence = section(printed.treatment(treatment), "evidence")
        rows = re.findall(r'<details class="claim-row".*?</details>', evidence, re.DOTALL)
        claims = [claim for one in printed.of(treatment) for claim in one.option.sections.claims]
        assert len(rows) == len(claims)
        for row, claim in zip(rows, claims, strict=True):
            told = words_of(row)
            assert " ".join(claim.wording.split()) in told
            assert " ".join(claim.regulator_status.split()) in told
            assert 'class="grade"' in row
            assert "Rests on" in told
            assert f"Review by {claim.review_by:%B %Y}" in told
            assert row.count('class="ref"') == len(claim.refs)

    def test_says_who_should_not_in_the_words_of_the_rules(self, printed, treatment):
        told = words_of(section(printed.treatment(treatment), "contraindications"))
        for one in printed.of(treatment):
            strict = {repr(item.rule.when): item.rule for item in reversed(one.option.rules)}
            for rule in strict.values():
                if rule.effect == "exclude":
                    assert " ".join(rule.patient.split()) in told

    def test_prints_the_minutes_that_the_calendar_books(self, printed, treatment):
        told = words_of(section(printed.treatment(treatment), "what-to-expect"))
        for one in printed.of(treatment):
            for area in one.option.sections.areas:
                minutes = appointment_minutes(one.option.sections.timing, one.option.sections.areas, [area.area])
                assert minutes == of_offer(one).plan([area.area]).minutes
                assert f"{minutes} min" in told

    def test_takes_each_way_along_into_the_questions_and_the_calendar(self, printed, treatment):
        page = printed.treatment(treatment)
        for one in printed.of(treatment):
            assert f'href="/candidacy/?option={one.option.id}"' in page
            assert f'href="/book/?option={one.option.id}"' in page
        assert 'option="' not in page

    def test_says_which_visit_comes_first_and_for_whom(self, printed, treatment):
        visit = section(printed.treatment(treatment), "what-to-expect")
        first = [visits for option in printed.of(treatment) if (visits := option.option.sections.prerequisites)]
        assert visit.count("<b>A patch test first, at least 7 days before</b>") == len(first)
        for one in (one for visits in first for one in visits):
            assert escape(one.patient) in visit

    def test_prints_every_question_and_gap(self, printed, treatment):
        page = words_of(printed.treatment(treatment))
        for one in printed.of(treatment):
            assert all(" ".join(each.question.split()) in page for each in one.option.sections.questions)
            assert all(" ".join(gap.split()) in page for gap in one.option.sections.gaps)

    def test_shows_what_to_do_and_not_to_do_day_by_day(self, printed, treatment):
        told = words_of(section(printed.treatment(treatment), "recovery"))
        for one in printed.of(treatment):
            for care in one.option.sections.aftercare:
                assert all(" ".join(line.split()) in told for line in (*care.do, *care.do_not))

    def test_numbers_its_sources_without_a_gap(self, printed, treatment):
        page = printed.treatment(treatment)
        listed = [int(number) for number in re.findall(r'<li id="ref-(\d+)">', page)]
        assert listed == list(range(1, len(listed) + 1))
        assert {int(number) for number in re.findall(r'href="#ref-(\d+)"', page)} == set(listed)

    def test_names_who_approved_it_and_when(self, printed, treatment):
        told = words_of(printed.treatment(treatment))
        assert re.search(r"Read and approved by Iris Lindqvist, MD/DO on \w+ \d+, \d{4}", told)


class TestExosomes:
    def test_shows_both_ways_side_by_side(self, printed):
        overview = words_of(section(printed.pages[EXOSOMES], "overview"))
        assert "With microneedling" in overview
        assert "On intact skin" in overview
        assert "3 visits, 3 weeks apart" in overview

    def test_puts_the_regulator_of_the_clinics_own_country_first(self, printed):
        regulation = section(printed.pages[EXOSOMES], "regulation")
        assert regulation.index("United States") < regulation.index("European Union")
        assert "No exosome product is approved by the FDA" in words_of(regulation)

    def test_does_not_repeat_what_no_trial_has_shown(self, printed):
        results = words_of(section(printed.pages[EXOSOMES], "results"))
        assert "not known" in results
        assert "not measured in trials we found" in results

    def test_names_what_stands_on_the_shelf_and_where_it_comes_from(self, printed):
        overview = words_of(section(printed.pages[EXOSOMES], "overview"))
        assert "Rosa EV Serum by Larkfield Labs. Plant vesicles." in overview
        assert "Rose stem cell culture" in overview

    def test_does_not_name_what_may_not_be_used_here(self, printed):
        assert "Umbra C" not in printed.pages[EXOSOMES]

    def test_own_blood_stands_on_no_shelf(self, printed):
        assert "This is your own blood." in words_of(section(printed.treatment("prp"), "overview"))


class TestHome:
    def test_leads_to_every_treatment_and_concern(self, printed):
        page = printed.pages["/"]
        for treatment in TREATMENTS:
            assert f'href="/treatments/{treatment}/"' in page
        assert 'href="/concerns/acne-scars/"' in page
        assert "218 Alder Street" in page
        assert 'href="/candidacy/"' in page


class TestConcern:
    def test_ranks_what_helps_by_certainty(self, printed):
        page = printed.pages["/concerns/acne-scars/"]
        ranked = page[page.index('<ol class="ranked">') :]
        ranked = ranked[: ranked.index("</ol>")]
        order = {"High": 4, "Moderate": 3, "Low": 2, "Very low": 1}
        grades = [order[word] for word in re.findall(r"<span>(\w+(?: low)?) certainty</span>", ranked)]
        assert len(grades) >= 4
        assert grades == sorted(grades, reverse=True)

    def test_takes_the_concern_along_into_the_questions(self, printed):
        assert 'href="/candidacy/?concern=acne-scars"' in printed.pages["/concerns/acne-scars/"]

    def test_says_what_has_not_been_shown_to_help(self, printed):
        told = words_of(printed.pages["/concerns/acne-scars/"])
        assert "Exosome therapy, on intact skin" in told[told.index("Not shown to help") :]


class TestCompare:
    def test_shows_all_ten_options_and_lets_one_choose(self, printed):
        page = printed.pages["/compare/"]
        assert len(printed.options) == 10
        assert "All 10 ways" in words_of(page)
        for option in printed.options:
            assert f'value="{option}"' in page

    @pytest.mark.parametrize("criterion", ["downtime", "visits", "minutes", "onset", "lasts", "price"])
    def test_every_criterion_is_drawn_for_phone_and_desk(self, printed, criterion):
        part = section(printed.pages["/compare/"], criterion)
        assert part.count('class="dw') == 2
        assert "PRP, by injection" in part

    def test_says_how_certain_each_option_is_for_each_concern(self, printed):
        evidence = section(printed.pages["/compare/"], "evidence")
        graded = sum(len(one.option.sections.concerns) for one in printed.options.values())
        legend = len(load_bank().evidence_grades)
        assert evidence.count('class="grade"') == graded + legend

    def test_says_who_should_not(self, printed):
        assert "Pregnancy, certain or possible" in words_of(section(printed.pages["/compare/"], "who-should-not"))


class TestLocations:
    def test_shows_address_hours_phone_people_and_what_is_offered(self, printed):
        told = words_of(printed.pages["/locations/"])
        for words in (
            "218 Alder Street",
            "+1 602 555 0100",
            "Monday to Friday 9 AM to 5 PM",
            "Noor Haddad , Nurse, RN",
            "Local time in Phoenix (MST)",
        ):
            assert words in told

    def test_a_treatment_is_offered_only_where_its_device_stands(self, printed):
        page = printed.pages["/locations/"]
        phoenix = page[page.index('id="phoenix"') : page.index('id="portland"')]
        assert "/treatments/microneedling/" in phoenix
        assert "/treatments/laser-resurfacing/" not in phoenix
