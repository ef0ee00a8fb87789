"""A course of three visits on a phone: planned and booked as one, one session moved, the rest follows, cancelled."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Mail, Screen

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = "microneedling/standard"


def test_a_course_is_booked_moved_and_cancelled_as_one(alderbrook, phone: Screen, mail: Mail) -> None:
    given_pia_holds_a_first_time(alderbrook, phone)
    when_she_plans_the_course_and_changes_the_second_session(phone)
    then_all_visits_are_booked_with_one_letter(alderbrook, phone, mail)
    when_she_moves_the_second_session_the_rest_follows(phone)
    then_she_cancels_what_is_left(phone)


def given_pia_holds_a_first_time(house, phone: Screen) -> None:
    from vesicle.candidacy.services import token_for
    from vesicle.treatment.tests.situations import Path

    path = Path(house, house.cast.pia, option=PLAIN).cleared()
    token = token_for(by=path.me, screening=path.screening)
    phone.open(f"/book/times/?option={PLAIN}&location=portland&areas=full-face&screening={token}")
    phone.page.locator("section.slot-day").nth(2).locator("button.slot").nth(5).click()
    phone.shows("Who is coming?")
    phone.press("Plan and book the whole course")


def when_she_plans_the_course_and_changes_the_second_session(phone: Screen) -> None:
    phone.shows("Book the course")
    expect(phone.page.get_by_role("list", name="Sessions").get_by_role("listitem")).to_have_count(3)
    phone.press("Change session 2")
    phone.shows("Another time for session 2")
    chosen = phone.page.locator("button.slot").last.get_attribute("aria-label")
    phone.page.locator("button.slot").last.click()
    phone.shows("Book the course")
    day = chosen.partition(", ")[2]
    expect(phone.page.get_by_role("list", name="Sessions").get_by_role("listitem").nth(1)).to_contain_text(day)


def then_all_visits_are_booked_with_one_letter(house, phone: Screen, mail: Mail) -> None:
    from vesicle.people.models import Message
    from vesicle.scheduling.models import Appointment

    phone.write("First name", "Pia")
    phone.write("Last name", "Sørensen")
    phone.page.get_by_label("Date of birth").fill("1986-04-12")
    phone.page.get_by_label("E-mail").fill("pia@example.org")
    phone.press("Book all 3 visits")
    phone.shows("Your course")
    assert Appointment.objects.filter(state="booked").count() == 3
    assert [letter.kind for letter in Message.objects.filter(kind__contains="booked")] == ["course-booked"]
    phone.open(mail.link("Booked: 3 visits"))
    phone.shows("You are booked")
    phone.press("See the whole course")


def when_she_moves_the_second_session_the_rest_follows(phone: Screen) -> None:
    from vesicle.scheduling.models import Appointment

    before = list(Appointment.objects.order_by("position").values_list("starts_at", flat=True))
    phone.press("Move session 1")
    phone.shows("Move session 1")
    phone.press("Later")
    phone.press("Later")
    phone.page.locator("button.slot").last.click()
    phone.shows("What follows for your course")
    phone.page.get_by_role("button", name=re.compile("Move th(ese|is)")).click()
    phone.shows("Your course")
    after = list(Appointment.objects.order_by("position").values_list("starts_at", flat=True))
    assert after[0] - before[0] > timedelta(days=7)
    assert after[1] > before[1], "the second follows, because the first came too near to it"


def then_she_cancels_what_is_left(phone: Screen) -> None:
    from vesicle.scheduling.models import Appointment

    phone.press("Cancel all visits")
    phone.shows("Cancel the rest of your course?")
    phone.press("Cancel these visits")
    phone.shows("This appointment is cancelled")
    assert not Appointment.objects.filter(state="booked").exists()
