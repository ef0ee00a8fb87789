"""Somebody has to wait: the earliest date is shown, they are reminded, and book when it has come."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Calendar, Mail, Screen

pytestmark = pytest.mark.django_db(transaction=True)

NEEDLED = "exosome-therapy/microneedling"


def test_deferred_for_isotretinoin_then_booked_after_the_date(
    alderbrook, calendar: Calendar, phone: Screen, mail: Mail
) -> None:
    stopped = calendar.today - timedelta(days=60)
    link, earliest = given_pia_took_isotretinoin_until(alderbrook, stopped)
    then_she_sees_when_it_may_be(phone, link, earliest)
    and_cannot_book_it_today(phone, link)
    when_she_asks_to_be_reminded_and_waits(phone, calendar, earliest)
    then_she_books_it(phone, mail, earliest)


def given_pia_took_isotretinoin_until(house, stopped: date) -> tuple[str, date]:
    from vesicle.candidacy import queries, services
    from vesicle.candidacy.domain import Answer
    from vesicle.treatment.tests.situations import Path

    path = Path(house, house.cast.pia).screened(SCR_ISO=Answer("yes", stopped))
    earliest = queries.stored_verdict(path.screening, NEEDLED).earliest
    assert earliest is not None
    assert earliest > stopped + timedelta(days=28)
    return services.link_to(by=path.me, screening=path.screening), earliest


def in_words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def then_she_sees_when_it_may_be(phone: Screen, link: str, earliest: date) -> None:
    phone.open(link)
    phone.is_sound()
    phone.says(in_words(earliest))
    phone.says("Waiting keeps you safe.")


def and_cannot_book_it_today(phone: Screen, link: str) -> None:
    expect(
        phone.page.locator("section", has=phone.page.locator("h1")).get_by_role("button", name="Choose a time")
    ).to_have_count(0)
    token = re.search(r"/candidacy/([^/]+)/", link).group(1)
    phone.open(f"/book/?option={NEEDLED}&screening={token}")
    phone.is_sound()
    expect(phone.page.locator(".messages, [role=status], [role=alert]").first).to_be_visible()
    phone.page.go_back()


def when_she_asks_to_be_reminded_and_waits(phone: Screen, calendar: Calendar, earliest: date) -> None:
    phone.page.get_by_role("button", name=re.compile("Remind me on")).first.click()
    phone.page.wait_for_load_state()
    phone.is_sound()
    calendar.turn_to(earliest)


def then_she_books_it(phone: Screen, mail: Mail, earliest: date) -> None:
    phone.open(mail.link("wait"))
    phone.is_sound()
    again = phone.page.get_by_role("button", name="Nothing has changed")
    if again.count():
        again.click()
    phone.page.get_by_role("button", name="Choose a time").first.click()
    phone.shows("Exosome therapy")
    phone.choose("location", "portland")
    phone.press("Show times")
    phone.shows("Choose a time")
    phone.page.locator("button.slot").first.click()
    phone.shows("Who is coming?")
    phone.write("First name", "Pia")
    phone.write("Last name", "Sørensen")
    phone.page.get_by_label("Date of birth").fill("1986-04-12")
    phone.page.get_by_label("E-mail").fill("pia@example.org")
    phone.press("Book this time")
    phone.shows("You are booked")
    phone.says(earliest.strftime("%B"))
