"""The pages of the reminder: the list, one reminder with its two forms, and what the patient reads."""

from datetime import UTC, date, datetime

import pytest

from vesicle.aftercare.letters import plan_link
from vesicle.core import clock
from vesicle.results.maintenance import services
from vesicle.results.maintenance.tests.situations import PEEL, faded, only
from vesicle.results.maintenance.writing import run_due
from vesicle.results.models import MaintenanceReminder

LIST = "/desk/results/maintenance/"


@pytest.fixture
def peeled(path):
    return path(option=PEEL).treated()


def page_of(peeled):
    return f"/desk/results/{peeled.encounter.pk}/maintenance/"


def own_page(client, path):
    link = plan_link(by=path.nurse, encounter=path.encounter, now=clock.now(), page="results")
    return client.get("/" + link.partition("://")[2].partition("/")[2])


class TestStaff:
    def test_see_who_is_written_to_when_and_why(self, peeled, as_staff, client):
        rosa = as_staff(client, "rosa")
        assert "Jan 1, 2027" in rosa.get(LIST).text
        answer = rosa.get(page_of(peeled))
        assert "The letter leaves on January 1, 2027 (the protocol" in answer.text

    def test_see_the_day_it_really_leaves_where_its_own_has_gone_by(self, peeled, as_staff, client):
        MaintenanceReminder.objects.update(look_at=datetime(2027, 1, 11, 18, tzinfo=UTC))
        rosa = as_staff(client, "rosa")
        assert "Jan 11, 2027" in rosa.get(LIST).text
        assert "The letter leaves on January 11, 2027" in rosa.get(page_of(peeled)).text

    def test_at_the_front_desk_see_days_and_not_what_was_measured(self, peeled, as_staff, client):
        faded(peeled)
        run_due(now=peeled.after(weeks=3))
        assert "largest around week" not in as_staff(client, "rosa").get(page_of(peeled)).text
        assert "largest around week" in as_staff(client, "noor").get(page_of(peeled)).text

    def test_move_it_with_a_reason(self, peeled, as_staff, client):
        rosa = as_staff(client, "rosa")
        refused = rosa.post(page_of(peeled), {"do": "move", "on": "2026-01-01", "reason": "Abroad"})
        assert refused.status_code == 422
        assert "Choose a day from tomorrow on" in refused.text
        assert rosa.post(page_of(peeled), {"do": "move", "on": "2027-05-03", "reason": "Abroad"}).status_code == 302
        assert only().due_on == date(2027, 5, 3)
        assert "Abroad" in as_staff(client, "noor").get(f"/desk/results/{peeled.encounter.pk}/maintenance/").text

    def test_cancel_it_with_a_reason(self, peeled, as_staff, client):
        rosa = as_staff(client, "rosa")
        assert rosa.post(page_of(peeled), {"do": "cancel", "cancel-reason": ""}).status_code == 422
        assert rosa.post(page_of(peeled), {"do": "cancel", "cancel-reason": "Moves away"}).status_code == 302
        assert only().outcome == "cancelled"
        assert "Cancelled by staff" in rosa.get(page_of(peeled)).text
        assert "Nobody to remind" in rosa.get(LIST).text

    def test_find_it_on_the_result(self, peeled, as_staff, client):
        result = as_staff(client, "noor").get(f"/desk/results/{peeled.encounter.pk}/").text
        assert f'href="{page_of(peeled)}"' in result
        assert "The usual interval after the last visit is 1 to 3 months." in result


class TestThePatient:
    def test_reads_when_and_why_and_nothing_is_promised(self, peeled, client):
        answer = own_page(client, peeled)
        assert "We plan to write to you around January 1, 2027." in answer.text
        assert "nobody can promise" in answer.text

    def test_reads_that_nothing_is_known_where_nothing_is(self, treated, client):
        assert "How often a repeat makes sense is not known" in own_page(client, treated).text

    def test_reads_it_in_spanish(self, peeled, client):
        peeled.patient.language = "es"
        peeled.patient.save()
        assert "Pensamos escribirle hacia el 1 de enero de 2027." in own_page(client, peeled).text

    def test_does_not_read_what_staff_wrote_to_each_other(self, peeled, client):
        services.move(by=peeled.nurse, reminder=only(), on=date(2027, 5, 3), reason="Seems unsure", now=clock.now())
        answer = own_page(client, peeled)
        assert "around May 3, 2027, as your clinic decided." in answer.text
        assert "Seems unsure" not in answer.text
        services.cancel(by=peeled.nurse, reminder=only(), reason="Asked not to", now=clock.now())
        assert "Whether and when to come again" not in own_page(client, peeled).text
