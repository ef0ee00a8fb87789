"""Products, lots, recalls and decisions: what is let in, what is let out, and why not."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from vesicle.clinic import law, queries, services
from vesicle.clinic.models import Lot, LotMovement
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope

NEEDLED = "topical-after-microneedling"
GTIN = "04012345678901"


@dataclass(frozen=True)
class Need:
    """A protocol's product need."""

    name: str = "Exosome serum"
    categories: tuple[str, ...] = ("plant", "human-msc-cord-placenta")
    routes: tuple[str, ...] = (NEEDLED,)


def today():
    return clock.now().date()


def new_product(**changes):
    given = {
        "name": "Edel Serum",
        "maker": "Larkfield Labs",
        "category": "plant",
        "source": "Edelweiss cell culture",
        "routes": [NEEDLED],
        "storage": "2 to 8 °C",
        "unit": "mL",
    }
    return {**given, **changes}


class TestAddProduct:
    def test_the_director_registers_one(self, cast):
        product = services.add_product(by=cast.actor("iris"), **new_product(gtin="4006381333931"))
        assert product.gtin == "04006381333931"
        assert product in queries.products(cast.actor("noor"))
        assert AuditEntry.objects.filter(code="clinic.product-added", object_id=product.pk).exists()

    @pytest.mark.parametrize("name", ["rosa", "noor", "owen", "ines", "pia", "visitor"])
    def test_nobody_else_may(self, cast, name):
        with pytest.raises(NotPermitted):
            services.add_product(by=cast.actor(name), **new_product())

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"category": "unicorn"}, "category"),
            ({"routes": []}, "routes"),
            ({"routes": ["intradermal-injection"]}, "routes"),
            ({"gtin": "4006381333932"}, "gtin"),
            ({"gtin": "12"}, "gtin"),
            ({"source": "Exosomes that cure acne"}, "source"),
            ({"source": "An FDA-approved serum"}, "source"),
        ],
    )
    def test_says_what_is_wrong(self, cast, change, field):
        with pytest.raises(Invalid) as refusal:
            services.add_product(by=cast.actor("iris"), **new_product(**change))
        assert set(refusal.value.fields) == {field}

    def test_where_it_truly_comes_from_may_be_said(self, cast):
        given = new_product(source="Medium of human umbilical cord stem cells, one donor")
        assert services.add_product(by=cast.actor("iris"), **given).source == given["source"]

    def test_a_promise_does_not_come_in_later(self, cast):
        product = services.add_product(by=cast.actor("iris"), **new_product())
        with pytest.raises(Invalid) as refusal:
            services.change_product(by=cast.actor("iris"), product=product, source="Heals eczema for good")
        assert "Heals eczema" in refusal.value.fields["source"]
        assert refusal.value.fields["source"].endswith("Say only what it is made of.")
        assert queries.product(cast.actor("iris"), product.pk).source == "Edelweiss cell culture"

    def test_the_same_product_is_registered_once(self, cast):
        services.add_product(by=cast.actor("iris"), **new_product())
        with pytest.raises(Conflict):
            services.add_product(by=cast.actor("iris"), **new_product())

    def test_what_it_is_does_not_change_afterwards(self, cast):
        product = services.add_product(by=cast.actor("iris"), **new_product())
        services.change_product(by=cast.actor("iris"), product=product, storage="-20 °C", is_active=False)
        assert queries.product(cast.actor("iris"), product.pk).storage == "-20 °C"
        with pytest.raises(Invalid, match="category"):
            services.change_product(by=cast.actor("iris"), product=product, category="human-msc-adipose")
        with pytest.raises(Invalid):
            services.change_product(by=cast.actor("iris"), product=product, routes=["intradermal-injection"])

    def test_otto_finds_no_product_here(self, cast, stock):
        assert queries.products(cast.actor("otto")) == []
        with pytest.raises(NotFound):
            queries.product(cast.actor("otto"), stock.serum.pk)
        with pytest.raises(NotFound):
            services.change_product(by=cast.actor("otto"), product=stock.serum, is_active=False)


class TestReceiveLot:
    def receive(self, cast, product, by="noor", **changes):
        given = {
            "product": product,
            "location": cast.portland,
            "code": "N-1",
            "expires_on": today() + timedelta(days=90),
            "quantity": Decimal(10),
            "certificate": "COA 1",
        }
        return services.receive_lot(by=cast.actor(by), **{**given, **changes})

    def test_a_good_lot_comes_in(self, cast, stock):
        lot = self.receive(cast, stock.serum)
        assert lot.received_by == cast.noor
        assert queries.lot(cast.actor("rosa"), lot.pk).remaining == 10

    def test_a_scan_is_kept(self, cast, stock):
        expires = today() + timedelta(days=90)
        scan = f"]d201{GTIN}17{expires:%y%m%d}10N-1"
        assert self.receive(cast, stock.serum, scan=scan).scan == scan

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"code": ""}, "code"),
            ({"quantity": Decimal(0)}, "quantity"),
            ({"expires_on": None, "days": -2}, "expires_on"),
            ({"expires_on": None, "days": 9000}, "expires_on"),
            ({"scan": f"(01){GTIN}(10)OTHER"}, "code"),
            ({"scan": f"(01){GTIN}(17)200101(10)N-1"}, "expires_on"),
            ({"scan": "(01)04006381333931(10)N-1"}, "product"),
        ],
    )
    def test_says_what_is_wrong_and_receives_nothing(self, cast, stock, change, field):
        changes = dict(change)
        if "days" in changes:
            changes["expires_on"] = today() + timedelta(days=changes.pop("days"))
        with pytest.raises(Invalid) as refusal:
            self.receive(cast, stock.serum, **changes)
        assert set(refusal.value.fields) == {field}
        assert not Lot.objects.filter(code__in=["N-1", ""]).exists()

    def test_an_exosome_product_needs_its_certificate(self, cast, stock):
        with pytest.raises(Blocked) as refusal:
            self.receive(cast, stock.serum, certificate=" ")
        assert "certificate of analysis" in refusal.value.reasons[0]

    def test_an_undecided_category_is_blocked_until_the_director_decides(self, cast, stock):
        with pytest.raises(Blocked) as refusal:
            self.receive(cast, stock.cord, checked_by=cast.iris)
        assert "until the medical director records a decision" in refusal.value.reasons[0]
        services.decide_category(
            by=cast.actor("iris"), category="human-msc-cord-placenta", is_allowed=True, document="Letter of counsel"
        )
        assert self.receive(cast, stock.cord, checked_by=cast.iris).checked_by == cast.iris

    def test_a_typed_code_of_human_source_is_compared_by_a_second_person(self, cast, stock):
        services.decide_category(
            by=cast.actor("iris"), category="human-msc-cord-placenta", is_allowed=True, document="Letter of counsel"
        )
        for nobody in (None, cast.noor, cast.otto):
            with pytest.raises(Blocked) as refusal:
                self.receive(cast, stock.cord, checked_by=nobody)
            assert "second person" in refusal.value.reasons[0]
        assert self.receive(cast, stock.cord, scan="(01)04006381333931(10)N-1").scan

    def test_without_a_rulebook_nothing_comes_in(self, cast, stock, monkeypatch):
        monkeypatch.setattr(law, "_installed", [law.Nothing()])
        with pytest.raises(Blocked) as refusal:
            self.receive(cast, stock.serum)
        assert "Nothing is known about the category" in refusal.value.reasons[0]

    def test_the_same_lot_is_received_once_per_location(self, cast, stock):
        self.receive(cast, stock.serum)
        with pytest.raises(Conflict):
            self.receive(cast, stock.serum)
        assert self.receive(cast, stock.serum, location=cast.phoenix)

    def test_a_job_cannot_sign_for_it(self, cast, stock):
        with pytest.raises(Invalid, match="named member of staff"):
            self.receive(cast, stock.serum, by="system")

    def test_otto_receives_nothing_here(self, cast, stock):
        with pytest.raises(NotFound):
            self.receive(cast, stock.serum, by="otto")


class TestTake:
    def test_what_is_taken_is_gone(self, cast, stock):
        services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal("2.5"), reason="visit 7")
        assert queries.lot_state(cast.actor("noor"), stock.good, on=today()).remaining == Decimal("17.5")

    def test_more_than_there_is_cannot_be_taken(self, cast, stock):
        services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(19), reason="x")
        with pytest.raises(Blocked, match="Only 1 mL of lot RS-2207 is left"):
            services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(2), reason="x")

    def test_an_empty_lot_is_not_usable(self, cast, stock):
        services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(20), reason="x")
        state = queries.lot_state(cast.actor("noor"), stock.good, on=today())
        assert [refusal.code for refusal in state.refusals] == ["lot-exhausted"]

    def test_put_back_never_makes_more_than_was_received(self, cast, stock):
        services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(2), reason="x")
        services.put_back(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(2), reason="not used")
        with pytest.raises(Invalid):
            services.put_back(by=cast.actor("noor"), lot=stock.good, quantity=Decimal("0.1"), reason="x")

    @pytest.mark.parametrize("name", ["rosa", "owen", "pia"])
    def test_is_for_providers(self, cast, stock, name):
        with pytest.raises(NotPermitted):
            services.take(by=cast.actor(name), lot=stock.good, quantity=Decimal(1), reason="x")

    def test_otto_takes_nothing_here(self, cast, stock):
        with pytest.raises(NotFound):
            services.take(by=cast.actor("otto"), lot=stock.good, quantity=Decimal(1), reason="x")

    @pytest.mark.django_db(transaction=True)
    def test_of_several_who_want_the_rest_at_once_one_gets_it(self, cast, stock):
        services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal(19), reason="x")
        start, outcomes = threading.Barrier(4), []

        def want():
            try:
                with clinic_scope(cast.clinic.pk):
                    start.wait()
                    services.take(by=cast.actor("iris"), lot=stock.good, quantity=Decimal(1), reason="race")
                    outcomes.append("took")
            except Blocked:
                outcomes.append("blocked")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=want) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["blocked", "blocked", "blocked", "took"]
        assert LotMovement.objects.filter(reason="race").count() == 1


class TestRecall:
    def test_a_recalled_lot_is_refused_everywhere_at_once(self, cast, stock):
        services.recall_lot(by=cast.actor("noor"), product=stock.serum, code="rs-2207", reason="Particles")
        state = queries.lot_state(cast.actor("noor"), stock.good, on=today())
        assert "was recalled: Particles" in state.reasons[0]

    def test_a_lot_that_never_came_here_can_be_recalled_and_then_not_be_used(self, cast, stock):
        services.recall_lot(by=cast.actor("iris"), product=stock.serum, code="RS-9", reason="Particles")
        lot = services.receive_lot(
            by=cast.actor("iris"),
            product=stock.serum,
            location=cast.portland,
            code="RS-9",
            expires_on=today() + timedelta(days=9),
            quantity=Decimal(1),
            certificate="c",
        )
        assert not queries.lot_state(cast.actor("iris"), lot, on=today()).usable

    def test_says_what_is_missing(self, cast, stock):
        with pytest.raises(Invalid) as refusal:
            services.recall_lot(by=cast.actor("iris"), product=stock.serum, code="", reason="")
        assert set(refusal.value.fields) == {"code", "reason"}

    def test_happens_once(self, cast, stock):
        with pytest.raises(Conflict):
            services.recall_lot(by=cast.actor("iris"), product=stock.serum, code="rs-1950", reason="x")

    @pytest.mark.parametrize("name", ["rosa", "owen", "ines", "pia"])
    def test_needs_the_permission(self, cast, stock, name):
        with pytest.raises(NotPermitted):
            services.recall_lot(by=cast.actor(name), product=stock.serum, code="RS-1", reason="x")

    def test_otto_recalls_nothing_here(self, cast, stock):
        with pytest.raises(NotFound):
            services.recall_lot(by=cast.actor("otto"), product=stock.serum, code="RS-1", reason="x")


class TestDecideCategory:
    def test_a_later_decision_replaces_an_earlier_one(self, cast, stock):
        category, iris = "human-msc-cord-placenta", cast.actor("iris")
        assert not queries.is_category_usable(iris, category, NEEDLED)
        services.decide_category(by=iris, category=category, is_allowed=True, document="Letter 1")
        assert queries.is_category_usable(iris, category, NEEDLED)
        services.decide_category(by=iris, category=category, is_allowed=False, document="Letter 2")
        assert not queries.is_category_usable(iris, category, NEEDLED)
        assert queries.decision_on(iris, category).document == "Letter 2"
        assert [decision.document for decision in queries.decisions(iris)] == ["Letter 2", "Letter 1"]

    def test_what_the_law_forbids_cannot_be_decided(self, cast, stock):
        cast.clinic.jurisdiction = "UK"
        cast.clinic.save()
        with pytest.raises(Blocked, match="the clinic cannot decide otherwise"):
            services.decide_category(
                by=cast.actor("iris"), category="human-msc-cord-placenta", is_allowed=True, document="x"
            )

    def test_asks_for_the_document_it_rests_on(self, cast):
        with pytest.raises(Invalid) as refusal:
            services.decide_category(by=cast.actor("iris"), category="unicorn", is_allowed=True, document="")
        assert set(refusal.value.fields) == {"category", "document"}

    @pytest.mark.parametrize("name", ["noor", "rosa", "owen"])
    def test_is_for_the_director(self, cast, name):
        with pytest.raises(NotPermitted):
            services.decide_category(by=cast.actor(name), category="plant", is_allowed=True, document="x")

    def test_one_clinics_decision_is_not_anothers(self, cast, stock):
        services.decide_category(
            by=cast.actor("iris"), category="human-msc-cord-placenta", is_allowed=True, document="x"
        )
        with clinic_scope(cast.other.pk):
            assert queries.decision_on(cast.actor("otto"), "human-msc-cord-placenta") is None


class TestUsableLots:
    def test_only_what_may_be_used_here_today_this_way(self, cast, stock):
        lots = queries.usable_lots(
            cast.actor("noor"), need=Need(), location_id=cast.portland.pk, route=NEEDLED, on=today()
        )
        assert lots == [stock.good]

    def test_the_one_that_expires_first_comes_first(self, cast, stock):
        earlier = services.receive_lot(
            by=cast.actor("noor"),
            product=stock.serum,
            location=cast.portland,
            code="EARLY",
            expires_on=today() + timedelta(days=5),
            quantity=Decimal(1),
            certificate="c",
        )
        lots = queries.usable_lots(
            cast.actor("noor"), need=Need(), location_id=cast.portland.pk, route=NEEDLED, on=today()
        )
        assert lots == [earlier, stock.good]

    def test_none_by_injection(self, cast, stock):
        need = Need(routes=("intradermal-injection",))
        for product in (stock.serum, stock.cord):
            product.routes = [*product.routes, "intradermal-injection"]
            product.save()
        lots = queries.usable_lots(
            cast.actor("noor"), need=need, location_id=cast.portland.pk, route="intradermal-injection", on=today()
        )
        assert lots == []

    @pytest.mark.parametrize("name", ["good", "expired", "recalled", "in_phoenix"])
    def test_the_list_and_the_reasons_agree(self, cast, stock, name):
        lot, actor = getattr(stock, name), cast.actor("noor")
        listed = queries.usable_lots(actor, need=Need(), location_id=cast.portland.pk, route=NEEDLED, on=today())
        reasons = queries.refusals(actor, lot, need=Need(), route=NEEDLED, on=today(), location_id=cast.portland.pk)
        assert (lot in listed) is (reasons == ())

    def test_the_number_of_questions_does_not_grow_with_the_stock(self, cast, stock, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            queries.usable_lots(
                cast.actor("noor"), need=Need(), location_id=cast.portland.pk, route=NEEDLED, on=today()
            )


class TestFindLot:
    def find(self, cast, name="noor", **given):
        return queries.find_lot(cast.actor(name), location_id=cast.portland.pk, **given)

    @pytest.mark.parametrize("code", ["RS-2207", "rs-2207", " RS-2207 "])
    def test_by_its_code_however_typed(self, cast, stock, code):
        assert self.find(cast, code=code).lot == stock.good

    def test_by_its_barcode(self, cast, stock):
        found = self.find(cast, scan=f"]d201{GTIN}17{stock.good.expires_on:%y%m%d}10RS-2207")
        assert (found.lot, found.warnings) == (stock.good, ())
        assert found.scan.gtin == GTIN

    def test_a_label_that_contradicts_our_record_is_said(self, cast, stock):
        found = self.find(cast, scan=f"(01){GTIN}(17)200101(10)RS-2207")
        assert "our record of this lot says" in found.warnings[0]

    @pytest.mark.parametrize("given", [{"code": "NOPE"}, {"scan": "(01)04006381333931(10)RS-2207"}])
    def test_an_unknown_lot_is_refused_with_the_reason(self, cast, stock, given):
        with pytest.raises(queries.UnknownLot) as refusal:
            self.find(cast, **given)
        assert refusal.value.code == "lot-unknown"
        assert "received into stock" in refusal.value.message

    def test_a_lot_kept_elsewhere_says_where(self, cast, stock):
        with pytest.raises(queries.UnknownLot) as refusal:
            self.find(cast, code="RS-3300")
        assert refusal.value.code == "lot-elsewhere"
        assert "Phoenix" in refusal.value.message

    def test_a_code_that_two_products_share_asks_which(self, cast, stock):
        services.receive_lot(
            by=cast.actor("noor"),
            product=stock.numbing,
            location=cast.portland,
            code="RS-2207",
            expires_on=today() + timedelta(days=9),
            quantity=Decimal(1),
        )
        with pytest.raises(Invalid, match="more than one product"):
            self.find(cast, code="RS-2207")
        assert self.find(cast, code="RS-2207", product_id=stock.serum.pk).lot == stock.good

    def test_nothing_typed_says_so(self, cast, stock):
        with pytest.raises(Invalid):
            self.find(cast, code=" ")

    def test_otto_finds_no_lot_here(self, cast, stock):
        with pytest.raises(queries.UnknownLot) as refusal:
            self.find(cast, name="otto", code="RS-2207")
        assert refusal.value.code == "lot-unknown", "not even that it exists elsewhere"
        assert queries.lots(cast.actor("otto")) == []
        with pytest.raises(NotFound):
            queries.lot(cast.actor("otto"), stock.good.pk)
