"""Booking for somebody at the desk, on a phone and on a wide screen: the policy by phone, and a gate with a reason."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.test_calendar import NEEDLED, book
from vesicle.scheduling.models import Appointment, GateException, PolicyAcceptance
from vesicle.scheduling.tests.money import write_policy


@pytest.mark.parametrize("width", [390, 1440])
def test_a_director_reads_the_obstacle_gives_a_reason_and_notes_the_policy(alderbrook, calendar, desk, width):
    cast = alderbrook.cast
    calendar.turn_to(calendar.today, time(10))
    book(alderbrook, cast.pia, time(11), option=NEEDLED, areas=("full-face",))
    write_policy(alderbrook)
    iris = desk("iris")
    iris.page.set_viewport_size({"width": width, "height": 900})
    first = calendar.today + timedelta(days=7)
    asked = f"option={NEEDLED}&areas=full-face&location=portland&first={first}"
    iris.open(f"/desk/patients/{cast.pia.pk}/book/?{asked}")
    iris.is_sound()
    iris.page.get_by_label("Cancellation policy accepted by phone (version 1)").check()
    iris.page.locator("button[name=start]").first.click()

    expect(iris.page.get_by_role("heading", name="not booked")).to_be_visible()
    expect(iris.page.get_by_label("Cancellation policy accepted by phone (version 1)")).to_be_checked()
    iris.is_sound()
    iris.page.get_by_label("Let them through, because").fill("Only the chin, left out the first time.")
    iris.page.get_by_role("button", name="all the same").click()
    expect(iris.page.locator("#panel")).to_contain_text("version 1, accepted by phone or at the desk")
    iris.is_sound()
    booked = Appointment.objects.latest("pk")
    assert GateException.objects.get(appointment=booked).reason.startswith("Only the chin")
    assert PolicyAcceptance.objects.get(appointment=booked).by_name == cast.iris.name
