"""The editor's pages: a medical director changes a protocol without a line of YAML; nobody else does."""

import pytest

from vesicle.protocols import queries, services
from vesicle.protocols.editor import places
from vesicle.protocols.models import Edition, ProtocolRelease
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.browser import sent_by
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, in_review, install

DESK = "/desk/protocols/"


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def iris(client, as_staff):
    return as_staff(client, "iris")


def at(edition, where=""):
    return f"{DESK}editions/{edition.pk}/{where}"


def words(response):
    return response.content.decode()


def form_of(response):
    """Return what a browser would send if the fields of the page were sent as they stand."""
    page = response.context["page"]
    sent = sent_by(page.controls)
    sent["revision"] = response.context["revision"]
    sent.setlist("also", [spot.name for spot in page.spots])
    return sent


def save(browser, url, edit, **more):
    sent = form_of(browser.get(url))
    edit(sent)
    return browser.post(url, dict(sent.lists()) | more)


def own_section(content, section):
    """Return the place that gives a section, and the section."""
    for place in places.places(content):
        if place.holder(content).get(section) is not None:
            return place, place.holder(content)[section]
    raise AssertionError(section)


class TestWho:
    PAGES = ("text/", "text/all/identity/", "rules/", "rules/all/", "texts/", "upload/")

    def test_a_medical_director_opens_every_page(self, iris, cast):
        edition = draft(cast)
        for page in self.PAGES:
            response = iris.get(at(edition, page))
            assert response.status_code == 200, page
            assert words(response).count("<h1") == 1, page
            assert "yaml" not in words(response).replace("application/yaml", "").replace(".yaml", "").lower(), page

    @pytest.mark.parametrize("name", ["owen", "noor", "rosa"])
    def test_nobody_else_does(self, client, as_staff, cast, name):
        edition = draft(cast)
        browser = as_staff(client, name)
        for page in self.PAGES:
            assert browser.get(at(edition, page)).status_code == 403, page

    def test_otto_meets_404(self, client, as_staff, cast):
        edition = draft(cast)
        otto = as_staff(client, "otto")
        for page in (*self.PAGES, "download/"):
            assert otto.get(at(edition, page)).status_code == 404, page

    def test_only_a_draft_is_edited(self, iris, cast):
        edition = in_review(cast)
        for page in self.PAGES:
            assert iris.get(at(edition, page)).status_code == 409, page

    def test_every_section_opens(self, iris, cast):
        edition = draft(cast)
        for number, section in enumerate(places.sections()):
            place = places.places(edition.release.content)[number % 3]
            response = iris.get(at(edition, f"text/{place.key}/{section}/"))
            assert response.status_code == 200, (place.key, section)

    @pytest.mark.parametrize("page", ["text/all/nothing/", "text/nobody/areas/", "rules/all/nothing/", "rules/nobody/"])
    def test_what_there_is_not_is_not_found(self, iris, cast, page):
        assert iris.get(at(draft(cast), page)).status_code == 404


class TestSections:
    def test_a_number_is_changed(self, iris, cast):
        edition = draft(cast)
        place, areas = own_section(edition.release.content, "areas")
        url = at(edition, f"text/{place.key}/areas/")
        name = f"{place.prefix}areas.0.minutes"
        response = save(iris, url, lambda sent: sent.__setitem__(name, areas[0]["minutes"] + 5))
        assert response.status_code == 302
        after = place.holder(fresh(edition).content)["areas"]
        assert after[0]["minutes"] == areas[0]["minutes"] + 5
        assert after[1:] == areas[1:]

    def test_saving_without_a_change_keeps_the_release(self, iris, cast):
        edition = draft(cast)
        for page in ("text/all/identity/", "text/injection/steps/"):
            url = at(edition, page)
            if iris.get(url).context["page"] is None:
                url += "?own=1"
            assert save(iris, at(edition, page), lambda sent: None).status_code == 302
        assert fresh(edition).content is None

    def test_what_is_refused_stays_typed_with_its_problem_beside_it(self, iris, cast):
        edition = draft(cast)
        place, _ = own_section(edition.release.content, "areas")
        name = f"{place.prefix}areas.0.minutes"
        response = save(iris, at(edition, f"text/{place.key}/areas/"), lambda sent: sent.__setitem__(name, "7"))
        assert response.status_code == 422
        page = words(response)
        assert "found 7; allowed: a multiple of 5." in page
        assert 'value="7"' in page
        assert fresh(edition).content is None

    def test_leaving_a_field_tells_what_is_wrong_before_saving(self, iris, cast):
        edition = draft(cast)
        url = at(edition, "text/all/identity/")
        sent = form_of(iris.get(url))
        sent["tagline"] = ""
        response = iris.post(f"{url}?check=1", dict(sent.lists()), headers={"HX-Request": "true"})
        page = words(response)
        assert 'id="id_tagline_error" hx-swap-oob="true">is empty' in page
        assert "Not in order, and not saved" in page
        assert "<html" not in page
        sent["tagline"] = "In order."
        assert "In order. Not saved yet." in words(iris.post(f"{url}?check=1", dict(sent.lists())))
        assert fresh(edition).revision == 1

    def test_an_entry_is_added_filled_in_and_removed(self, iris, cast):
        edition = draft(cast)
        place, gaps = own_section(edition.release.content, "questions")
        url, name = at(edition, f"text/{place.key}/questions/"), f"{place.prefix}questions"
        added = iris.post(url, dict(form_of(iris.get(url)).lists()) | {"do": f"add:{name}"})
        assert fresh(edition).content is None, "nothing is saved by adding a row"
        sent = form_of(added)
        sent[f"{name}.{len(gaps)}.question"] = "May I drive home?"
        sent[f"{name}.{len(gaps)}.answer"] = "Yes, unless you were given something that makes you drowsy."
        assert iris.post(url, dict(sent.lists())).status_code == 302
        saved = place.holder(fresh(edition).content)["questions"]
        assert saved[-1]["question"] == "May I drive home?"
        removed = iris.post(url, dict(form_of(iris.get(url)).lists()) | {"do": f"remove:{name}.{len(gaps)}"})
        iris.post(url, dict(form_of(removed).lists()))
        assert fresh(edition).content is None

    def test_a_way_gets_its_own_section_and_hands_it_back(self, iris, cast):
        edition = draft(cast)
        content = edition.release.content
        shared = next(name for name in places.sections()[1:] if content.get(name) and name == "mechanism")
        way = places.places(content)[1]
        url = at(edition, f"text/{way.key}/{shared}/")
        assert iris.get(url).context["standing"] == "inherited"
        sent = form_of(iris.get(f"{url}?own=1"))
        sent[f"{way.prefix}{shared}.0.text"] = "Another way to think of it, for this one."
        assert iris.post(url, dict(sent.lists())).status_code == 302
        assert way.holder(fresh(edition).content)[shared][0]["text"].startswith("Another way")
        iris.post(url, {"do": "hand-back", "revision": 2})
        assert fresh(edition).content is None

    def test_a_section_that_is_needed_cannot_be_taken_out(self, iris, cast):
        edition = draft(cast)
        place, _ = own_section(edition.release.content, "price")
        response = iris.post(at(edition, f"text/{place.key}/price/"), {"do": "hand-back", "revision": 1})
        if response.status_code == 302:
            pytest.fail("every option needs a price")
        assert "has no &#x27;price&#x27;" in words(response)

    def test_two_people_at_once_lose_nothing(self, iris, cast):
        edition = draft(cast)
        url = at(edition, "text/all/identity/")
        sent = form_of(iris.get(url))
        content = services.start_text(fresh(edition)) | {"tagline": "The faster one."}
        services.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=1)
        sent["tagline"] = "The slower one."
        response = iris.post(url, dict(sent.lists()))
        assert response.status_code == 409
        assert "The slower one." in words(response)
        again = form_of(response)
        assert iris.post(url, dict(again.lists())).status_code == 302
        assert fresh(edition).content["tagline"] == "The slower one."

    def test_adding_a_row_does_not_hide_that_somebody_was_faster(self, iris, cast):
        edition = draft(cast)
        place, _ = own_section(edition.release.content, "questions")
        url, name = at(edition, f"text/{place.key}/questions/"), f"{place.prefix}questions"
        sent = form_of(iris.get(url))
        content = services.start_text(fresh(edition)) | {"tagline": "The faster one."}
        services.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=1)
        moved = iris.post(url, dict(sent.lists()) | {"do": f"down:{name}.0"})
        assert iris.post(url, dict(form_of(moved).lists())).status_code == 409

    def test_parts_that_depend_on_each_other_are_changed_together(self, iris, cast):
        edition = services.draft_edition(by=cast.actor("iris"), treatment="microneedling")
        content = edition.release.content
        place, _ = own_section(content, "equipment")
        timing_place, timing = own_section(content, "timing")
        url, name = at(edition, f"text/{place.key}/equipment/"), f"{place.prefix}equipment"
        sent = form_of(iris.get(url))
        sent.setlist(name, [])
        refused = iris.post(url, dict(sent.lists()))
        assert refused.status_code == 422
        timing_name = f"{timing_place.prefix}timing"
        assert timing_name in refused.context["also_names"]
        brought = iris.post(url, dict(form_of(refused).lists()) | {"bring": timing_name})
        sent = form_of(brought)
        for index, _ in enumerate(timing["phases"]):
            kept = [need for need in sent.getlist(f"{timing_name}.phases.{index}.needs") if need != "device"]
            sent.setlist(f"{timing_name}.phases.{index}.needs", kept)
        assert iris.post(url, dict(sent.lists())).status_code == 302
        after = fresh(edition).content
        assert not place.holder(after).get("equipment")
        assert all("device" not in phase["needs"] for phase in timing_place.holder(after)["timing"]["phases"])


class TestRules:
    def rule(self, edition):
        return edition.release.content["rules"][0]

    def test_each_rule_is_a_sentence(self, iris, cast):
        page = words(iris.get(at(draft(cast), "rules/")))
        assert "Exclude if " in page
        assert "(SCR-PREG) is yes" in page

    def test_an_effect_and_its_wait_are_changed(self, iris, cast):
        edition = draft(cast)
        rule = next(one for one in edition.release.content["rules"] if one["effect"] == "review")
        index = edition.release.content["rules"].index(rule)
        url = at(edition, f"rules/all/{rule['id']}/")

        def edit(sent):
            sent[f"rules.{index}.effect"] = "defer"
            sent[f"rules.{index}.wait.days"] = "14"
            sent[f"rules.{index}.wait.event"] = "a provider has looked"
            sent.setlist(f"rules.{index}.cleared_by", [])

        assert save(iris, url, edit).status_code == 302
        after = fresh(edition).content["rules"][index]
        assert (after["effect"], after["wait"]["days"], after["when"]) == ("defer", 14, rule["when"])

    def test_what_was_typed_follows_the_rule_when_one_before_it_is_taken_away(self, iris, cast):
        edition = draft(cast)
        first, second = edition.release.content["rules"][:2]
        url = at(edition, f"rules/all/{second['id']}/")
        sent = form_of(iris.get(url))
        sent["rules.1.clinician"] = "Said otherwise."
        iris.post(at(edition, f"rules/all/{first['id']}/"), {"do": "take-away", "revision": 1})
        stale = iris.post(url, dict(sent.lists()))
        assert (stale.status_code, stale.context["page"].spots[0].name) == (409, "rules.0")
        assert iris.post(url, dict(form_of(stale).lists())).status_code == 302
        saved = fresh(edition).content["rules"]
        assert (saved[0]["id"], saved[0]["clinician"]) == (second["id"], "Said otherwise.")
        assert saved[1:] == edition.release.content["rules"][2:]
        assert first["id"] not in [rule["id"] for rule in saved]

    def test_a_new_rule_gets_its_condition_row_by_row(self, iris, cast):
        edition = draft(cast)
        index = len(edition.release.content["rules"])
        url = at(edition, "rules/all/")
        name = f"rules.{index}"
        rows = iris.get(url)
        for do in (f"add:{name}.when:answered", f"add:{name}.when:age"):
            rows = iris.post(url, dict(form_of(rows).lists()) | {"do": do})
        fields = {one.name: one.problem for one in rows.context["page"].all_controls}
        assert fields[f"{name}.when.0.question"] == "is empty; it must be given."
        assert fields[f"{name}.when.1.from"] or fields[f"{name}.when.1"]
        sent = form_of(rows)
        sent[f"{name}.when.0.question"] = "SCR-PREG"
        sent = form_of(iris.post(url, dict(sent.lists()) | {"do": "refresh:"}))
        sent[f"{name}.when.0.is"] = "unsure"
        sent[f"{name}.when.1.below"] = "21"
        sent[f"{name}.effect"] = "review"
        sent[f"{name}.patient"] = "We would like to look at this with you first."
        sent[f"{name}.clinician"] = "Young, and pregnancy not ruled out."
        sent[f"{name}.basis"] = "convention"
        checked = words(iris.post(f"{url}?check=1", dict(sent.lists())))
        assert "It reads now: Ask a provider if " in checked
        assert "and the age is below 21." in checked
        response = iris.post(url, dict(sent.lists()))
        assert response.status_code == 302, response.context["page"].elsewhere
        after = fresh(edition).content["rules"][index]
        assert after["id"] == "young-and-pregnancy-not-ruled-out"
        assert after["when"] == {"all": [{"question": "SCR-PREG", "is": ["unsure"]}, {"age": {"below": 21}}]}

    def test_a_rule_is_replaced_for_one_way_and_the_shared_one_used_again(self, iris, cast):
        edition = draft(cast)
        rule, url = self.rule(edition), at(edition, f"rules/injection/{self.rule(edition)['id']}/")
        sent = form_of(iris.get(f"{url}?replace=1"))
        name = next(key for key in sent if key.endswith(".clinician")).removesuffix(".clinician")
        sent[f"{name}.clinician"] = "Said otherwise for injections."
        assert iris.post(url, dict(sent.lists())).status_code == 302
        option = queries.options_in_edition(edition.pk)["prp/injection"].option
        said = {entry.id: entry.rule.clinician for entry in option.rules}
        assert said[f"prp.{rule['id']}"] == "Said otherwise for injections."
        assert iris.post(url, {"do": "take-away", "revision": 2}).status_code == 302
        assert fresh(edition).content is None

    def test_a_rule_is_left_out_with_a_reason_and_applies_again(self, iris, cast):
        edition = draft(cast)
        rule, url = self.rule(edition), at(edition, f"rules/injection/{self.rule(edition)['id']}/")
        refused = iris.post(url, {"do": "leave-out", "because": " ", "revision": 1})
        assert refused.status_code == 422
        assert fresh(edition).content is None
        iris.post(url, {"do": "leave-out", "because": "It is about needles only.", "revision": 1})
        ids = {entry.id for entry in queries.options_in_edition(edition.pk)["prp/injection"].option.rules}
        assert f"prp.{rule['id']}" not in ids
        assert "It is about needles only." in words(iris.get(at(edition, "rules/")))
        iris.post(url, {"do": "apply-again", "revision": 2})
        assert fresh(edition).content is None

    def test_a_rule_is_taken_away_and_comes_back_by_the_earlier_texts(self, iris, cast):
        edition = draft(cast)
        rule = self.rule(edition)
        assert iris.post(at(edition, f"rules/all/{rule['id']}/"), {"do": "take-away", "revision": 1}).status_code == 302
        assert rule["id"] not in [one["id"] for one in fresh(edition).content["rules"]]
        page = words(iris.get(at(edition, "texts/")))
        assert "Before the last save" in page
        assert "Rule withdrawn" in page
        iris.post(at(edition, "texts/"), {"revision": 2, "to": 1})
        assert fresh(edition).content is None


class TestFiles:
    def test_a_download_can_be_taken_back(self, iris, cast):
        edition = draft(cast)
        response = iris.get(at(edition, "download/"))
        assert response.headers["Content-Disposition"] == 'attachment; filename="prp-' + shipped.PRP + '.yaml"'
        changed = response.content.replace(b"tagline: Your own", b"tagline: Only your own")
        response = self.send(iris, edition, changed)
        assert response.status_code == 302
        assert fresh(edition).content["tagline"].startswith("Only your own")

    def test_what_is_wrong_is_told_by_line(self, iris, cast):
        edition = draft(cast)
        raw = iris.get(at(edition, "download/")).content.replace(b"effect: exclude", b"effect: forbid", 1)
        line = raw[: raw.index(b"effect: forbid")].count(b"\n") + 1
        response = self.send(iris, edition, raw)
        assert response.status_code == 422
        assert f"Line {line}, <code>rules[" in words(response)

    def send(self, browser, edition, raw):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("prp.yaml", raw)
        return browser.post(at(edition, "upload/"), {"file": file, "revision": fresh(edition).revision})

    def test_all_changes_are_thrown_away(self, iris, cast):
        edition = draft(cast)
        save(iris, at(edition, "text/all/identity/"), lambda sent: sent.__setitem__("tagline", "Ours alone."))
        assert "Ours alone." in words(iris.get(at(edition, "texts/")))
        iris.post(at(edition, "texts/"), {"revision": 2, "discard": "1"})
        assert fresh(edition).content is None


class TestSignatures:
    def test_the_medical_director_asks_for_two_and_the_page_says_who_is_needed(self, client, as_staff, cast):
        iris = as_staff(client, "iris")
        assert iris.post(f"{DESK}signatures/", {"signatures": "2"}).status_code == 302
        edition = in_review(cast)
        sent = {"statement": STATEMENT, "revision": edition.revision}
        iris.post(at(edition, "approve/"), sent)
        page = words(iris.get(at(edition)))
        assert "waits for another licensed provider or medical director" in page
        assert "Iris Lindqvist, MD" in page
        assert f"editions/{edition.pk}/approve/" not in page
        noor = as_staff(type(client)(), "noor")
        assert "Two people sign an edition here. Iris Lindqvist has signed" in words(noor.get(at(edition)))
        noor.post(at(edition, "approve/"), sent)
        assert fresh(edition).status == "approved"
        assert words(noor.get(at(edition))).count("Words signed") == 2

    def test_what_was_signed_before_a_return_is_shown_as_not_counting(self, iris, cast):
        services.decide_signatures(by=cast.actor("iris"), signatures=2)
        edition = in_review(cast)
        services.approve_edition(by=cast.actor("noor"), edition=edition, statement=STATEMENT)
        services.return_to_draft(by=cast.actor("iris"), edition=edition, reason="Once more.")
        page = words(iris.get(at(edition)))
        assert "Signed before it was sent back" in page
        assert "Words signed" not in page

    @pytest.mark.parametrize("name", ["owen", "noor", "rosa"])
    def test_nobody_else_decides(self, client, as_staff, name):
        assert as_staff(client, name).get(f"{DESK}signatures/").status_code == 403

    def test_something_else_than_one_or_two_is_refused(self, iris):
        assert iris.post(f"{DESK}signatures/", {"signatures": "3"}).status_code == 422


def test_a_draft_on_a_newer_release_names_the_changes_it_does_not_have(iris, cast):
    first = draft(cast)
    save(iris, at(first, "text/all/identity/"), lambda sent: sent.__setitem__("tagline", "Ours alone."))
    services.submit_for_review(by=cast.actor("iris"), edition=first)
    services.approve_edition(by=cast.actor("iris"), edition=first, statement=STATEMENT)
    release = ProtocolRelease.objects.get(treatment="prp", version=shipped.PRP)
    ProtocolRelease.objects.create(
        treatment="prp",
        version=shipped.NEXT,
        source="",
        content=release.content | {"version": shipped.NEXT},
        checksum="2" * 64,
        installed_at=release.installed_at,
    )
    second = draft(cast)
    page = words(iris.get(at(second)))
    assert "Not in this draft: your own changes of edition 1" in page
    assert "became “Ours alone.”" in page
    assert Edition.objects.get(pk=approved(cast).pk).status == "approved"
