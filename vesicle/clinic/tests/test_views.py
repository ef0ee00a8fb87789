"""The stock pages, as staff see them, and as Otto does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vesicle.clinic import services
from vesicle.clinic.models import CategoryDecision, Lot, LotRecall, Product
from vesicle.clinic.tests.test_scanning import GTIN, picture
from vesicle.core import clock

PAGES = ["", "scan/", "receive/", "recall/", "products/", "products/new/", "categories/", "categories/plant/"]


@pytest.fixture
def iris(client, as_staff, stock):
    return as_staff(client, "iris")


@pytest.fixture
def noor(client, as_staff, stock):
    return as_staff(client, "noor")


def words(response):
    return response.content.decode()


def expires(days=90):
    return (clock.now() + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize("where", PAGES)
def test_strangers_and_patients_meet_the_sign_in_page(client, cast, as_patient, where):
    assert client.get(f"/desk/stock/{where}").headers["Location"].startswith("/accounts/login/")
    assert as_patient(client, cast.pia).get(f"/desk/stock/{where}").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("where", PAGES)
def test_the_director_opens_every_page(iris, where):
    response = iris.get(f"/desk/stock/{where}")
    assert response.status_code == 200
    assert "<h1>" in words(response)


@pytest.mark.parametrize(
    ("name", "where", "status"),
    [
        ("rosa", "", 200),
        ("rosa", "receive/", 200),
        ("rosa", "recall/", 403),
        ("rosa", "products/new/", 403),
        ("noor", "recall/", 200),
        ("noor", "categories/plant/", 403),
        ("owen", "", 200),
        ("owen", "receive/", 403),
    ],
)
def test_each_role_opens_what_it_may(client, as_staff, stock, name, where, status):
    assert as_staff(client, name).get(f"/desk/stock/{where}").status_code == status


def test_otto_meets_404_for_every_record_here(client, cast, as_staff, stock):
    as_staff(client, "otto")
    for where in (f"products/{stock.serum.pk}/", f"lots/{stock.good.pk}/", "products/999999/", "categories/unicorn/"):
        assert client.get(f"/desk/stock/{where}").status_code == 404, where


def test_otto_cannot_receive_or_recall_what_is_here(client, cast, as_staff, stock):
    as_staff(client, "otto")
    answer = client.post("/desk/stock/recall/", {"product": stock.serum.pk, "code": "RS-2207", "reason": "x"})
    assert answer.status_code == 422
    assert LotRecall.objects.filter(code="RS-2207").count() == 0


@pytest.mark.parametrize("where", ["", "products/", "categories/"])
def test_the_number_of_questions_does_not_grow_with_the_stock(iris, cast, stock, where, django_assert_max_num_queries):
    for number in range(15):
        services.receive_lot(
            by=cast.actor("iris"),
            product=stock.serum,
            location=cast.portland,
            code=f"X-{number}",
            expires_on=clock.now().date() + timedelta(days=50),
            quantity=Decimal(1),
            certificate="c",
        )
    iris.get("/desk/stock/")
    with django_assert_max_num_queries(17):
        iris.get(f"/desk/stock/{where}")


class TestOverview:
    def test_shows_what_is_here_and_how_it_stands(self, noor, stock):
        text = words(noor.get("/desk/stock/"))
        for code in ("RS-2207", "RS-1101", "RS-1950", "Expired", "Recalled", "Usable"):
            assert code in text
        assert "RS-3300" not in text

    def test_remembers_the_location_one_chose(self, noor, cast):
        noor.get(f"/desk/stock/?location={cast.phoenix.pk}")
        assert "RS-3300" in words(noor.get("/desk/stock/"))

    @pytest.mark.parametrize("nonsense", ["x", "999999", "-1", "1e9", ""])
    def test_an_unknown_location_falls_back_to_the_first(self, noor, nonsense):
        assert noor.get(f"/desk/stock/?location={nonsense}").status_code == 200

    def test_can_show_only_what_is_blocked(self, noor):
        text = words(noor.get("/desk/stock/?show=blocked"))
        assert "RS-1101" in text
        assert "RS-2207" not in text

    def test_says_when_there_is_nothing(self, client, as_staff, cast):
        assert "No lots here" in words(as_staff(client, "noor").get("/desk/stock/"))


class TestProduct:
    def test_says_honestly_what_the_law_says_and_what_that_rests_on(self, noor, stock):
        text = words(noor.get(f"/desk/stock/products/{stock.cord.pk}/"))
        assert "Exosomes from human birth tissue" in text
        assert text.index("United States") < text.index("European Union")
        assert "Not settled" in text
        assert "https://" in text

    def test_the_list_says_which_are_blocked_and_why(self, noor):
        text = words(noor.get("/desk/stock/products/"))
        assert "May be used" in text
        assert "until the medical director records a decision" in text

    def test_registering_keeps_what_was_typed_when_something_is_wrong(self, iris):
        typed = {"name": "Typed", "maker": "M", "category": "plant", "source": "s", "storage": "s", "unit": "mL"}
        answer = iris.post("/desk/stock/products/new/", {**typed, "routes": ["topical-intact"], "gtin": "123"})
        assert answer.status_code == 422
        assert 'value="Typed"' in words(answer)
        assert "check digit" in words(answer)
        assert not Product.objects.filter(name="Typed").exists()
        done = iris.post(
            "/desk/stock/products/new/", {**typed, "routes": ["topical-intact"], "label_status": "Cosmetic"}
        )
        made = Product.objects.get(name="Typed")
        assert done.headers["Location"] == f"/desk/stock/products/{made.pk}/"
        assert made.regulatory_status == {"US": "Cosmetic"}


class TestReceive:
    def form(self, cast, stock, **changes):
        given = {
            "product": stock.serum.pk,
            "location": cast.portland.pk,
            "code": "N-1",
            "expires_on": expires(),
            "quantity": "10",
            "certificate": "COA",
        }
        return {**given, **changes}

    def test_typed_by_hand(self, noor, cast, stock):
        noor.post("/desk/stock/receive/", self.form(cast, stock))
        assert Lot.objects.get(code="N-1").quantity_received == 10

    def test_scanned(self, noor, cast, stock):
        scan = f"]d201{GTIN}17{expires().replace('-', '')[2:]}10N-1"
        noor.post("/desk/stock/receive/", self.form(cast, stock, scan=scan, code="", expires_on=""))
        assert Lot.objects.get(code="N-1").scan == scan

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"expires_on": ""}, "as it stands on the label"),
            ({"expires_on": "2020-01-01"}, "has expired"),
            ({"quantity": ""}, "required"),
            ({"quantity": "-1"}, "how much was received"),
            ({"certificate": ""}, "certificate of analysis"),
            ({"scan": "(01)123(10)A"}, "do not fit the GS1 rules"),
            ({"product": "999999"}, "Select a valid choice"),
        ],
    )
    def test_refused_beside_the_field_and_nothing_lost(self, noor, cast, stock, change, says):
        answer = noor.post("/desk/stock/receive/", self.form(cast, stock, **change))
        assert answer.status_code == 422
        assert says in words(answer)
        assert 'value="N-1"' in words(answer)
        assert not Lot.objects.filter(code="N-1").exists()

    def test_a_lot_received_already_says_so(self, noor, cast, stock):
        answer = noor.post("/desk/stock/receive/", self.form(cast, stock, code="RS-2207"))
        assert "was received at Portland already" in words(answer)


class TestScan:
    def test_a_usable_lot(self, noor):
        answer = noor.post("/desk/stock/scan/", {"code": "rs-2207"})
        assert "20 mL left" in words(answer)

    @pytest.mark.parametrize(
        ("code", "says"), [("RS-1101", "expired on"), ("RS-1950", "was recalled: The maker found particles")]
    )
    def test_a_lot_that_may_not_be_used(self, noor, code, says):
        text = words(noor.post("/desk/stock/scan/", {"code": code}))
        assert "Do not use it" in text
        assert says in text

    @pytest.mark.parametrize(("code", "says"), [("NOPE", "not known here"), ("RS-3300", "kept at Phoenix")])
    def test_a_lot_that_is_not_here(self, noor, code, says):
        answer = noor.post("/desk/stock/scan/", {"code": code})
        assert answer.status_code == 409
        assert says in words(answer)

    def test_by_a_photograph(self, noor):
        label = SimpleUploadedFile("label.png", picture(f"(01){GTIN}(10)RS-2207", gs1=True), "image/png")
        assert "20 mL left" in words(noor.post("/desk/stock/scan/", {"code": "", "picture": label}))

    def test_a_file_that_is_no_picture_is_refused(self, noor):
        answer = noor.post("/desk/stock/scan/", {"picture": SimpleUploadedFile("x.png", b"no picture", "image/png")})
        assert answer.status_code == 422
        assert "no picture we can read" in words(answer)

    @pytest.mark.parametrize(("size", "status"), [(60_000_000, 413), (20_000_001, 422)])
    def test_what_is_too_large_is_refused_before_it_is_read(self, noor, monkeypatch, size, status):
        from vesicle.clinic import scanning

        monkeypatch.setattr(scanning, "read_picture", lambda data: pytest.fail("it was read"))
        answer = noor.post("/desk/stock/scan/", {"picture": SimpleUploadedFile("x.png", b"\0" * size, "image/png")})
        assert answer.status_code == status
        assert "MB" in words(answer)

    def test_the_search_box_can_send_one_here(self, noor):
        assert "20 mL left" in words(noor.get("/desk/stock/scan/?code=RS-2207"))


class TestRecall:
    def test_recalls(self, noor, stock):
        given = {"product": stock.serum.pk, "code": "RS-2207", "reason": "Particles, says the maker."}
        noor.post("/desk/stock/recall/", given)
        assert "was recalled" in words(noor.get(f"/desk/stock/lots/{stock.good.pk}/"))

    def test_without_a_reason_it_says_so_and_keeps_the_code(self, noor, stock):
        answer = noor.post("/desk/stock/recall/", {"product": stock.serum.pk, "code": "RS-2207", "reason": ""})
        assert "Say why" in words(answer)
        assert 'value="RS-2207"' in words(answer)
        assert not LotRecall.objects.filter(code="RS-2207").exists()

    def test_the_lots_own_page_fills_the_form(self, noor, stock):
        assert "Recall this lot" in words(noor.get(f"/desk/stock/lots/{stock.good.pk}/"))
        text = words(noor.get(f"/desk/stock/recall/?product={stock.serum.pk}&code=RS-2207"))
        assert 'value="RS-2207"' in text


class TestDecide:
    def test_the_director_settles_what_is_open(self, iris):
        iris.post("/desk/stock/categories/human-msc-adipose/", {"is_allowed": "yes", "document": "Letter of counsel"})
        assert CategoryDecision.objects.get().is_allowed
        assert "Letter of counsel" in words(iris.get("/desk/stock/categories/"))

    def test_without_a_document_it_is_refused(self, iris):
        answer = iris.post("/desk/stock/categories/human-msc-adipose/", {"is_allowed": "yes", "document": ""})
        assert answer.status_code == 422
        assert "Name the advice" in words(answer)
        assert not CategoryDecision.objects.exists()

    def test_without_a_choice_it_is_refused(self, iris):
        answer = iris.post("/desk/stock/categories/human-msc-adipose/", {"document": "x"})
        assert answer.status_code == 422


def test_a_lot_shows_what_was_taken(noor, cast, stock):
    services.take(by=cast.actor("noor"), lot=stock.good, quantity=Decimal("2.50"), reason="visit 12")
    text = words(noor.get(f"/desk/stock/lots/{stock.good.pk}/"))
    assert "-2.5 mL" in text
    assert "visit 12" in text
    assert "17.5 of 20 mL" in text
