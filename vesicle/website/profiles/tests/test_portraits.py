"""A portrait is public while its person agrees: who said so, on which day, to whom; gone at once when they do not."""

from datetime import date, timedelta

import pytest

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.protocols import pictures
from vesicle.protocols.tests.test_pictures import image, upload
from vesicle.website.models import PortraitAgreement
from vesicle.website.profiles import services
from vesicle.website.profiles.tests.test_services import PLAIN, publish
from vesicle.website.tests.conftest import empty_store
from vesicle.website.tests.site import open_site

__all__ = ["empty_store"]
DAY = date(2026, 3, 2)
ALT = "Noor at a desk."


@pytest.fixture
def portrait(cast):
    """A portrait of Noor that is published."""
    picture = pictures.add_picture(by=cast.actor("owen"), upload=upload(image()), alt=ALT)
    publish(cast, PLAIN | {"picture": {"picture": picture.pk, "alt": ALT}})
    return picture


def agree(cast, *, by="owen", person=None, on=DAY):
    return services.agree_to_portrait(by=cast.actor(by), person=person or cast.noor, said_on=on)


def take_back(cast, *, by="rosa", person=None):
    return services.take_portrait_back(by=cast.actor(by), person=person or cast.noor)


def page(client):
    return client.get("/locations/").content.decode()


class TestAgreeing:
    def test_who_on_which_day_and_recorded_by_whom_is_kept_and_audited(self, cast):
        row = agree(cast)
        assert (row.staff, row.said_on, row.recorded_by, row.is_given) == (cast.noor, DAY, cast.owen, True)
        take_back(cast)
        assert [one.is_given for one in PortraitAgreement.objects.order_by("pk")] == [True, False]
        codes = AuditEntry.objects.filter(code__startswith="portrait.").order_by("pk").values_list("code", flat=True)
        assert list(codes) == ["portrait.agreed", "portrait.taken_back"]

    def test_people_agree_for_themselves_and_nobody_below_a_director_for_others(self, cast):
        assert agree(cast, by="noor").recorded_by == cast.noor
        for name in ("rosa", "noor"):
            with pytest.raises(NotPermitted):
                agree(cast, by=name, person=cast.iris)
        assert agree(cast, by="iris", person=cast.rosa).is_given

    def test_nothing_is_said_twice_nor_on_a_day_to_come(self, cast):
        with pytest.raises(Conflict):
            take_back(cast)
        with pytest.raises(Invalid):
            agree(cast, on=clock.now().date() + timedelta(days=3))
        agree(cast)
        with pytest.raises(Conflict):
            agree(cast)

    def test_another_clinic_finds_nobody(self, cast):
        with pytest.raises(NotFound):
            agree(cast, by="otto")

    def test_a_record_is_never_changed(self, cast):
        row = agree(cast)
        row.is_given = False
        with pytest.raises(TypeError, match="never changed"):
            row.save()


class TestOnThePage:
    def test_it_is_shown_while_they_agree_and_gone_at_once_afterwards(self, cast, client, portrait):
        assert ALT not in page(client)
        assert PLAIN["biography"] in page(client)
        agree(cast)
        assert ALT in page(client)
        take_back(cast)
        assert ALT not in page(client)
        assert PLAIN["biography"] in page(client)

    def test_its_own_address_and_those_of_its_sizes_go_with_it(self, cast, client, as_staff, portrait):
        shas = [portrait.sha256, *portrait.sizes.values_list("sha256", flat=True)]
        assert len(shas) > 1
        addresses = [f"/pictures/{sha}/" for sha in shas]
        assert {client.get(one).status_code for one in addresses} == {404}
        agree(cast)
        given = [client.get(one) for one in addresses]
        assert {one.status_code for one in given} == {200}
        assert {one["Cache-Control"] for one in given} == {"private, no-cache"}, "it is asked for again each time"
        take_back(cast)
        tag = given[0]["ETag"]
        assert client.get(addresses[0], headers={"If-None-Match": tag}).status_code == 404
        assert as_staff(client, "rosa").get(addresses[0]).status_code == 200

    def test_the_same_file_on_the_page_of_a_treatment_goes_with_it(self, cast, client, portrait):
        open_site(cast, "microneedling", microneedling={"pictures": [{"picture": portrait.pk, "alt": ALT}]})
        here = "/treatments/microneedling/"
        assert ALT not in client.get(here).content.decode()
        agree(cast)
        assert ALT in client.get(here).content.decode()
        take_back(cast)
        assert ALT not in client.get(here).content.decode()

    def test_a_picture_of_a_place_asks_nobody(self, cast, client):
        room = pictures.add_picture(by=cast.actor("owen"), upload=upload(image()), alt="Our room.")
        publish(cast, {"picture": {"picture": room.pk, "alt": "Our room."}}, subject=cast.portland)
        assert "Our room." in page(client)
        assert "immutable" in client.get(f"/pictures/{room.sha256}/")["Cache-Control"]


class TestDesk:
    def test_it_is_recorded_and_taken_back_in_the_browser(self, cast, client, as_staff, portrait):
        owen, url = as_staff(client, "owen"), f"/desk/team/people/{cast.noor.pk}/"
        assert "The portrait is not shown" in owen.get(url).content.decode()
        assert "Portrait not shown" in owen.get("/desk/team/").content.decode()
        assert owen.post(url, {"do": "agree", "said_on": "2999-01-01"}).status_code == 422
        assert owen.post(url, {"do": "agree", "said_on": ""}).status_code == 422
        assert owen.post(url, {"do": "agree", "said_on": "2026-03-02"}).status_code == 302
        said = owen.get(url).content.decode()
        assert "agreed on Mar 2, 2026" in said
        assert "recorded by Owen" in said
        assert owen.post(url, {"do": "agree", "said_on": "2026-03-02"}).status_code == 409
        rosa = as_staff(client, "rosa")
        assert rosa.post(url, {"do": "take-back"}).status_code == 302
        assert "They themselves record it" in rosa.get(url).content.decode()
        assert rosa.post(url, {"do": "agree", "said_on": "2026-03-02"}).status_code == 403

    def test_a_place_agrees_to_nothing(self, cast, client, as_staff):
        url = f"/desk/team/locations/{cast.portland.pk}/"
        owen = as_staff(client, "owen")
        assert "portrait" not in owen.get(url).content.decode().lower()
        assert owen.post(url, {"do": "agree", "said_on": "2026-03-02"}).status_code == 404
