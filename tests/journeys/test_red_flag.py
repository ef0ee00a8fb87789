"""A red flag at a check-in: the patient hears at once what to do, and a licensed person closes it in her own name."""

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Calendar, Mail, Screen

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_red_flag_reaches_the_board_and_is_closed_by_a_provider(
    alderbrook, calendar: Calendar, phone: Screen, desk, mail: Mail
) -> None:
    given_pia_was_treated_yesterday(alderbrook, calendar)
    when_she_says_that_she_can_hardly_breathe(phone, mail)
    then_she_reads_what_to_do_now(phone)
    and_the_board_shows_it_to_the_front_desk_who_cannot_close_it(desk("rosa"))
    when_noor_has_looked_after_her_she_closes_it(desk("noor"))


def given_pia_was_treated_yesterday(house, calendar: Calendar) -> None:
    from vesicle.treatment.tests.situations import Path

    path = Path(house, house.cast.pia).treated()
    calendar.turn_to(path.after(days=1).date())


def when_she_says_that_she_can_hardly_breathe(phone: Screen, mail: Mail) -> None:
    phone.open(mail.link("How was the first night?"))
    phone.shows("How was the first night?")
    names = phone.page.locator('input[type="radio"]').evaluate_all("boxes => boxes.map(box => box.name)")
    for name in dict.fromkeys(names):
        phone.choose(name, "1")
    phone.choose("red_flags", "RF-BREATHE")
    phone.page.get_by_label("Anything else").fill("My lips are swollen.")
    phone.press("Send my answers")


def then_she_reads_what_to_do_now(phone: Screen) -> None:
    phone.shows("Please do this now")
    expect(phone.page.get_by_role("alert").first).to_contain_text("Call the emergency number now")


def and_the_board_shows_it_to_the_front_desk_who_cannot_close_it(rosa: Screen) -> None:
    rosa.open("/desk/aftercare/")
    rosa.shows("Alerts")
    rosa.says("Emergency")
    rosa.page.get_by_role("link", name="Pia Sørensen").first.click()
    rosa.shows("Pia Sørensen")
    rosa.says("My lips are swollen.")
    rosa.says("A provider or the medical director closes this alert.")
    expect(rosa.page.get_by_role("button", name="Close the alert in my name")).to_have_count(0)


def when_noor_has_looked_after_her_she_closes_it(noor: Screen) -> None:
    noor.open("/desk/aftercare/")
    noor.page.get_by_role("link", name="Pia Sørensen").first.click()
    noor.press("Close the alert in my name")
    noor.says("Write what was done")
    noor.is_sound()
    noor.page.get_by_label("What was done?").fill("Called her and the ambulance; she is in good hands.")
    noor.press("Close the alert in my name")
    noor.says("The alert is closed in your name.")
    noor.says("No open alerts")
    noor.says("Noor Haddad")
    noor.is_sound()
