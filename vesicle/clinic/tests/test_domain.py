"""Which product and lot may be used, as tables. The same set-up allows and refuses."""

from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.clinic import domain
from vesicle.clinic.domain import CategoryFacts, Decision, LotFacts, ProductFacts, Standing
from vesicle.clinic.domain.hours import hours_problem

ON = date(2026, 3, 2)
NEEDLED = "topical-after-microneedling"
PLANT = CategoryFacts("plant", "Plant vesicles", "vesicles", "plant", ("topical-intact", NEEDLED), locked=True)
SERUM = ProductFacts("Rosa EV Serum", "plant", PLANT, ("topical-intact", NEEDLED))
USABLE = Standing("usable", "cosmetic-only", "As a cosmetic.")
OPEN = Standing("needs-decision", "unclear", "Counsel has to decide.")
FORBIDDEN = Standing("not-usable", "no", "Not lawful as a cosmetic.")
YES = Decision(is_allowed=True, document="Letter of counsel", decided_by="Iris", decided_on=date(2026, 1, 5))
NO = replace(YES, is_allowed=False)


@dataclass(frozen=True)
class Need:
    """A protocol's product need."""

    name: str = "Exosome serum"
    categories: tuple[str, ...] = ("plant", "human-msc-adipose")
    routes: tuple[str, ...] = (NEEDLED, "intradermal-injection")


def test_a_product_is_used_where_category_route_label_and_law_agree():
    assert domain.may_use(SERUM, Need(), NEEDLED, USABLE, None) is None


@pytest.mark.parametrize(
    ("product", "need", "route", "standing", "decision", "code"),
    [
        (SERUM, Need(), "intradermal-injection", USABLE, YES, "exosome-injected"),
        (replace(SERUM, is_active=False), Need(), NEEDLED, USABLE, YES, "product-inactive"),
        (replace(SERUM, category=None), Need(), NEEDLED, USABLE, YES, "category-unknown"),
        (SERUM, Need(), NEEDLED, None, YES, "category-unknown"),
        (SERUM, Need(categories=("peel-tca",)), NEEDLED, USABLE, YES, "category-not-needed"),
        (SERUM, Need(), "topical-intact", USABLE, YES, "route-not-in-protocol"),
        (replace(SERUM, routes=("topical-intact",)), Need(), NEEDLED, USABLE, YES, "route-not-on-label"),
        (SERUM, Need(), NEEDLED, FORBIDDEN, None, "not-permitted-here"),
        (SERUM, Need(), NEEDLED, FORBIDDEN, YES, "not-permitted-here"),
        (SERUM, Need(), NEEDLED, OPEN, None, "needs-decision"),
        (SERUM, Need(), NEEDLED, OPEN, NO, "decided-against"),
    ],
)
def test_every_refusal_has_a_code_and_says_why(product, need, route, standing, decision, code):
    refusal = domain.may_use(product, need, route, standing, decision)
    assert refusal is not None
    assert refusal.code == code
    assert refusal.sentence.endswith(".")
    assert "Rosa EV Serum" in refusal.sentence or code in {"route-not-in-protocol", "decided-against"}


def test_a_decision_settles_what_the_law_leaves_open():
    assert domain.may_use(SERUM, Need(), NEEDLED, OPEN, YES) is None


@given(
    family=st.just("vesicles"),
    permission=st.sampled_from(["usable", "needs-decision", "not-usable"]),
    decision=st.sampled_from([None, YES, NO]),
    routes=st.sets(st.sampled_from(["topical-intact", NEEDLED, "intradermal-injection"]), min_size=1),
    with_need=st.booleans(),
)
def test_no_table_label_protocol_or_decision_lets_vesicles_be_injected(family, permission, decision, routes, with_need):
    category = replace(PLANT, family=family, routes=tuple(routes))
    product = replace(SERUM, category=category, routes=tuple(routes))
    need = Need() if with_need else None
    standing = Standing(permission, "allowed", "x.")
    refusal = domain.may_use(product, need, "intradermal-injection", standing, decision)
    assert refusal is not None
    assert refusal.code == "exosome-injected"


def test_what_is_no_exosome_may_be_injected_where_everything_agrees():
    own = CategoryFacts("autologous-platelet", "Your own platelets", "own-blood", "own-body", (), locked=True)
    kit = ProductFacts("PRP kit", own.id, own, ("intradermal-injection",))
    need = Need(categories=(own.id,))
    assert domain.may_use(kit, need, "intradermal-injection", Standing("usable", "medical-act", "x."), None) is None


LOT = LotFacts("RS-1", "Rosa EV Serum", date(2026, 3, 2), Decimal("0.5"), "mL", location_id=1, location="Portland")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"expires_on": date(2026, 3, 1)}, ["lot-expired"]),
        ({"recall_reason": "Particles."}, ["lot-recalled"]),
        ({"remaining": Decimal(0)}, ["lot-exhausted"]),
        ({"location_id": 2, "location": "Phoenix"}, ["lot-elsewhere"]),
        (
            {"recall_reason": "Particles.", "expires_on": date(2020, 1, 1), "remaining": Decimal(0), "location_id": 2},
            ["lot-recalled", "lot-expired", "lot-elsewhere", "lot-exhausted"],
        ),
    ],
)
def test_a_lot_is_usable_until_the_end_of_its_day_and_every_reason_is_told(change, codes):
    found = domain.lot_refusals(replace(LOT, **change), on=ON, location_id=1)
    assert [refusal.code for refusal in found] == codes
    assert all("RS-1" in refusal.sentence for refusal in found)


def test_the_state_of_a_lot_sums_it_up():
    fine, bad = domain.LotState(Decimal(1)), domain.LotState(Decimal(0), domain.lot_refusals(LOT, on=date(2027, 1, 1)))
    assert (fine.usable, fine.reasons) == (True, ())
    assert (bad.usable, bad.reasons) == (False, ("Lot RS-1 of Rosa EV Serum expired on Mar 2, 2026.",))


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_month_ahead_the_expiry_is_soon(days, soon):
    assert domain.expires_soon(date.fromordinal(ON.toordinal() + days), on=ON) is soon


@pytest.mark.parametrize(
    ("spans", "fine"),
    [
        ([], True),
        ([(time(9), time(17))], True),
        ([(time(13), time(17)), (time(9), time(12))], True),
        ([(time(9), time(12)), (time(12), time(17))], True),
        ([(time(9), time(9))], False),
        ([(time(17), time(9))], False),
        ([(time(9), time(13)), (time(12), time(17))], False),
    ],
)
def test_hours_of_a_day_open_before_they_close_and_do_not_overlap(spans, fine):
    assert (hours_problem(spans) is None) is fine


def test_names_keep_their_abbreviations_inside_a_sentence():
    refusal = domain.may_use(SERUM, Need(name="TCA peel", categories=("peel-tca",)), NEEDLED, USABLE, None)
    assert refusal.sentence == "Rosa EV Serum is plant vesicles; this step asks for TCA peel."
