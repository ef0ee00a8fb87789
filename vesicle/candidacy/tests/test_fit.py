"""Which treatment fits: what holds for everybody, and what the shipped protocols give."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vesicle.candidacy.domain import STRICTEST_FIRST, Preferences, Reason, Until, Verdict, Weights, Wishes, rank
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.overlay import Overlay, apply_overlay
from vesicle.protocols.schema.common import Range

ON = date(2026, 12, 1)
NEEDLING, RADIO, PEEL = "microneedling/standard", "microneedling/radiofrequency", "chemical-peel/superficial"
GRADES = ("none", "very-low", "low", "moderate", "high")


@cache
def shipped():
    return load_library().options()


def by_id(option_id):
    return next(option for option in shipped() if option.id == option_id)


def verdict(option, name="suitable", **more):
    return Verdict(option=option.id, protocol="1.1.0", on=ON, verdict=name, **more)


def fits(wishes, options=None, names=None, weights=None):
    chosen = options or shipped()
    judged = [verdict(option, (names or {}).get(option.id, "suitable")) for option in chosen]
    return rank(chosen, judged, wishes, weights=weights)


def ranked(found):
    return [fit.option for fit in found if fit.rank is not None]


def one(found, option_id):
    return next(fit for fit in found if fit.option == option_id)


def line(fit, factor):
    return next(line for line in fit.lines if line.factor == factor)


def changed(option, **sections):
    return option.model_copy(update={"sections": option.sections.model_copy(update=sections)})


CONCERNS = sorted(load_bank().concerns)
preferences = st.builds(
    Preferences,
    st.none() | st.integers(0, 14),
    st.none() | st.integers(1, 8),
    st.none() | st.integers(0, 9000),
    st.sampled_from(["yes", "no", "no-matter"]),
    st.frozensets(st.sampled_from(["human-donor", "animal", "plant", "bacterial"])),
)
wishes = st.builds(
    Wishes,
    st.lists(st.sampled_from(CONCERNS), unique=True, max_size=5).map(tuple),
    st.lists(st.sampled_from(["full-face", "neck", "hands", "scalp"]), unique=True, max_size=2).map(tuple),
    preferences,
)
verdicts = st.dictionaries(st.sampled_from([option.id for option in shipped()]), st.sampled_from(STRICTEST_FIRST))
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestForEverybody:
    @many
    @given(wishes, verdicts, st.randoms(use_true_random=False))
    def test_the_order_of_options_concerns_and_areas_never_shows(self, wish, names, chance) -> None:
        options = list(shipped())
        chance.shuffle(options)
        mixed = replace(wish, concerns=wish.concerns[::-1], areas=wish.areas[::-1])
        assert fits(mixed, tuple(options), names) == fits(wish, None, names)

    @many
    @given(wishes, verdicts)
    def test_an_unsuitable_option_is_never_ranked_and_nothing_is_left_out(self, wish, names) -> None:
        found = fits(wish, None, names)
        assert {fit.option for fit in found} == {option.id for option in shipped()}
        for fit in found:
            assert (fit.standing == "unsuitable") == (names.get(fit.option) == "unsuitable")
            assert (fit.rank is None) == (fit.standing != "ranked")
        assert [fit.rank for fit in found if fit.rank] == list(range(1, len(ranked(found)) + 1))

    @many
    @given(wishes, st.sampled_from([option.id for option in shipped()]), st.sampled_from(CONCERNS))
    def test_better_evidence_with_everything_else_equal_never_ranks_lower(self, wish, option_id, concern) -> None:
        option = by_id(option_id)
        places = []
        for grade in GRADES:
            entries = tuple(
                entry.model_copy(update={"grade": grade}) if entry.concern == concern else entry
                for entry in option.sections.concerns
            )
            others = tuple(other for other in shipped() if other.id != option_id)
            fit = one(fits(wish, (*others, changed(option, concerns=entries))), option_id)
            places.append((fit.rank or 99, -fit.total))
        assert places == sorted(places, reverse=True)

    def test_two_steps_of_evidence_outweigh_everything_else_together(self) -> None:
        points = load_bank().fit_weights
        rest = sum(weight.points for weight in points.values() if weight.id != "effect")
        assert points["effect"].points * 2 / 4 > rest

    @many
    @given(wishes, st.integers(0, 9000), st.integers(0, 9000))
    def test_raising_the_budget_removes_no_option_and_costs_no_points(self, wish, budget, more) -> None:
        low, high = (
            fits(replace(wish, preferences=replace(wish.preferences, budget=amount)))
            for amount in (budget, budget + more)
        )
        assert set(ranked(low)) == set(ranked(high))
        assert all(one(high, fit.option).total >= fit.total for fit in low)

    @many
    @given(wishes, verdicts)
    def test_points_come_only_from_what_is_stated_and_wished_for(self, wish, names) -> None:
        for fit in fits(wish, None, names):
            for each in fit.lines:
                assert 0 <= each.earned <= each.of
                if each.earned:
                    assert each.states
                    assert each.match in ("fully", "partly")
                if each.factor == "effect" and each.earned:
                    assert each.grade not in ("", "none")

    @many
    @given(wishes, st.sampled_from([option.id for option in shipped()]))
    def test_a_fact_taken_out_of_the_protocol_never_brings_points(self, wish, option_id) -> None:
        option = by_id(option_id)
        before = one(fits(wish), option_id)
        open_end = {
            "downtime": option.sections.downtime.model_copy(
                update={"days": Range(min=option.sections.downtime.days.min)}
            ),
            "sessions": option.sections.sessions.model_copy(
                update={"sessions": Range(min=option.sections.sessions.sessions.min)}
            ),
            "price": option.sections.price.model_copy(
                update={"per_session": Range(min=option.sections.price.per_session.min)}
            ),
        }
        shorn = [changed(option, **{name: value}) for name, value in open_end.items()]
        shorn += [
            changed(option, concerns=tuple(e for e in option.sections.concerns if e is not gone))
            for gone in option.sections.concerns
        ]
        for other in shorn:
            rest = tuple(one for one in shipped() if one.id != option_id)
            assert one(fits(wish, (*rest, other)), option_id).total <= before.total

    @pytest.mark.parametrize("factor", ["effect", "area", "downtime", "visits", "cost"])
    def test_a_weight_of_zero_switches_a_factor_off(self, factor) -> None:
        usual = Weights.of(load_bank())
        weights = replace(usual, points={**usual.points, factor: 0})
        wish = Wishes(("acne-scars", "fine-lines"), preferences=Preferences(2, 3, 1500))
        for fit in fits(wish, weights=weights):
            assert sum((each.earned + each.of for each in fit.lines if each.factor == factor), Fraction()) == 0
        assert any(line(fit, factor).earned for fit in fits(wish))

    def test_refuses_to_rank_what_was_not_judged(self) -> None:
        with pytest.raises(ValueError, match="has no verdict"):
            rank(shipped(), [], Wishes(("acne-scars",)))


class TestShippedProtocols:
    def test_who_wants_no_needles_gets_no_needling_above_the_line(self) -> None:
        found = fits(Wishes(("acne-scars", "texture"), preferences=Preferences(needles="no")))
        assert ranked(found)
        assert not [name for name in ranked(found) if "needling" in name or name.startswith("prp")]
        apart = one(found, NEEDLING)
        assert (apart.standing, apart.verdict) == ("not-wanted", "suitable")
        assert apart.why == ("You want no needles, and it does not work without.",)

    def test_a_needle_that_only_some_visits_have_is_said(self) -> None:
        found = fits(Wishes(("wrinkles",), preferences=Preferences(needles="no")))
        laser = one(found, "laser-resurfacing/ablative-fractional")
        assert laser.rank == 1
        assert line(laser, "needles").compares == "Only some visits have it; say beforehand that you want no needle."

    def test_a_protocol_silent_about_needles_is_not_taken_to_be_free_of_them(self) -> None:
        silent = changed(by_id(PEEL), involves=())
        fit = fits(Wishes(("texture",), preferences=Preferences(needles="no")), (silent,))[0]
        assert fit.standing == "not-wanted"
        assert "does not state whether needles are used" in fit.why[0]

    def test_an_older_protocol_shows_its_needles_in_the_drawing(self) -> None:
        older = changed(by_id(NEEDLING), involves=())
        fit = fits(Wishes(("texture",), preferences=Preferences(needles="no")), (older,))[0]
        assert fit.why == ("You want no needles, and it does not work without.",)

    def test_who_declines_every_source_gets_no_exosomes_but_may_have_their_own_blood(self) -> None:
        everything = frozenset({"human-donor", "animal", "plant", "bacterial"})
        found = fits(Wishes(("texture",), preferences=Preferences(declined=everything)))
        assert one(found, "exosome-therapy/topical").standing == "not-wanted"
        assert one(found, "prp/microneedling").standing == "ranked"

    def test_who_declines_one_source_is_told_to_ask_for_another(self) -> None:
        found = fits(Wishes(("texture",), preferences=Preferences(declined=frozenset({"human-donor"}))))
        told = line(one(found, "exosome-therapy/topical"), "source")
        assert told.compares == "Only with a product from plants and animals; ask us which one we have."

    def test_scars_and_dark_spots_give_different_orders_with_the_protocols_own_references(self) -> None:
        scars, spots = fits(Wishes(("acne-scars",))), fits(Wishes(("hyperpigmentation",)))
        assert ranked(scars)[:2] == ["prp/microneedling", NEEDLING]
        assert "exosome-therapy/topical" in ranked(spots)
        assert NEEDLING not in ranked(spots)
        reason = line(one(scars, NEEDLING), "effect")
        stated = next(each for each in by_id(NEEDLING).sections.concerns if each.concern == "acne-scars")
        assert (reason.states, reason.grade, reason.refs) == (stated.effect, stated.grade, stated.refs)
        assert reason.refs

    def test_a_sure_finding_of_no_difference_recommends_nothing(self) -> None:
        found = one(fits(Wishes(("sun-damage",), ("cheeks",))), "prp/injection")
        assert found.standing == "nothing-stated"
        assert found.why == ("Sun damage: it was looked at, and no difference was found.",)

    def test_what_the_protocol_advises_against_is_not_recommended(self) -> None:
        found = fits(Wishes(("melasma",)))
        assert not [name for name in ranked(found) if name.startswith(("laser", "exosome"))]
        assert one(found, "laser-resurfacing/ablative-fractional").why == (
            "Melasma: the protocol advises against choosing it for this.",
        )

    def test_prices_of_the_clinics_edition_are_used(self) -> None:
        overlay = Overlay.model_validate({"modalities": {"standard": {"price_from": 333}}})
        priced = apply_overlay(by_id(NEEDLING), overlay)
        fit = fits(Wishes(("acne-scars",), preferences=Preferences(budget=1000)), (priced,))[0]
        assert fit.course.cost == (999, None)
        cost = line(fit, "cost")
        assert "3 to 6 visits at $333 or more a visit: from $999" in cost.states
        assert (cost.match, cost.basis) == ("partly", "")

    def test_a_price_of_its_own_for_an_area_goes_first(self) -> None:
        overlay = Overlay.model_validate({"modalities": {"standard": {"areas": {"neck": {"price": 150}}}}})
        priced = apply_overlay(by_id(NEEDLING), overlay)
        fit = fits(Wishes(("acne-scars",), ("neck",)), (priced,))[0]
        assert fit.course.cost == (450, None)

    def test_cost_is_visits_times_price_and_nothing_else(self) -> None:
        fit = one(fits(Wishes(("acne-scars",))), NEEDLING)
        assert (fit.course.visits, fit.course.cost, fit.course.currency) == ((3, 6), (600, 4200), "USD")

    def test_an_option_that_is_not_given_there_is_set_apart(self) -> None:
        found = one(fits(Wishes(("acne-scars",), ("hands",))), RADIO)
        assert found.standing == "not-wanted"
        assert found.why == ("Not given where you want it: hands.",)

    def test_without_a_concern_nothing_is_ranked(self) -> None:
        found = fits(Wishes())
        assert ranked(found) == []
        assert {fit.standing for fit in found} == {"unranked"}
        assert [fit.option.split("/")[0] for fit in found][::2] == [
            "exosome-therapy",
            "prp",
            "microneedling",
            "laser-resurfacing",
            "chemical-peel",
        ]


class TestWaits:
    @pytest.mark.parametrize(
        ("name", "more", "words"),
        [
            ("defer", {"earliest": date(2027, 3, 14)}, "Not yet: from March 14, 2027."),
            ("defer", {"until": (Until("the infection has cleared", 7),)}, "Not yet: until the infection has cleared"),
            ("review", {}, "A provider decides first."),
            ("incomplete", {}, "Answers are missing"),
            ("suitable", {}, ""),
        ],
    )
    def test_ranking_never_hides_one(self, name, more, words) -> None:
        option = by_id(NEEDLING)
        fit = rank((option,), (verdict(option, name, **more),), Wishes(("acne-scars",)))[0]
        assert fit.rank == 1
        assert fit.wait.startswith(words)
        assert bool(fit.wait) == bool(words)

    def test_an_unsuitable_option_says_why_in_the_patients_words(self) -> None:
        option = by_id(NEEDLING)
        why = Reason("one.x", "exclude", "You told us something.", "Clinician.", (), ())
        fit = rank((option,), (verdict(option, "unsuitable", reasons=(why,)),), Wishes(("acne-scars",)))[0]
        assert (fit.standing, fit.rank, fit.why) == ("unsuitable", None, ("You told us something.",))

    def test_of_equal_points_what_is_possible_now_goes_first(self) -> None:
        options = (by_id(NEEDLING), by_id("prp/microneedling"))
        wish = Wishes(("acne-scars",))
        assert ranked(fits(wish, options)) == ["prp/microneedling", NEEDLING]
        assert ranked(fits(wish, options, {"prp/microneedling": "defer"})) == [NEEDLING, "prp/microneedling"]


class TestInvolves:
    def test_every_shipped_option_says_what_a_visit_involves(self) -> None:
        assert [option.id for option in shipped() if not option.sections.involves] == []
