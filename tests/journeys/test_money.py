"""A deposit in a real browser: the policy is accepted, the money is paid on another host, the time is booked."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.walking import Calendar, Mail, Screen
from vesicle.scheduling.models import Deposit, Fee
from vesicle.scheduling.tests.money import PaymentService, open_service, payments, write_policy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alderbrook(calendar: Calendar, live_server: Any, cast: Any, settings: Any) -> Any:
    """Alderbrook with a consultation that asks for a deposit of 50 dollars."""
    from vesicle.treatment.tests.situations import House

    settings.PUBLIC_URL = live_server.url
    house = House(cast)
    open_service(house)
    write_policy(house, deposits=[{"option": "consultation", "kind": "fixed", "value": 5000}])
    return house


@pytest.fixture
def service(alderbrook: Any) -> Iterator[PaymentService]:
    """The payment service, on another port."""
    with payments() as found:
        yield found


def test_a_visitor_pays_a_deposit_and_the_desk_looks_after_the_money(
    alderbrook: Any, calendar: Calendar, service: PaymentService, phone: Screen, desk: Any, mail: Mail
) -> None:
    when_a_visitor_takes_a_time(phone)
    then_they_accept_the_policy_and_pay_on_the_other_page(phone, service)
    when_it_is_late_the_fee_is_said_before(phone, calendar)
    then_the_desk_finds_the_fee_and_every_page_is_sound(desk)


def when_a_visitor_takes_a_time(phone: Screen) -> None:
    phone.open("/book/visits/")
    phone.shows("Which visit would you like?")
    phone.press("Consultation")
    phone.shows("Consultation: choose a time")
    phone.press("10:00 AM, Thursday, December 3")
    phone.shows("Who is coming?")


def then_they_accept_the_policy_and_pay_on_the_other_page(phone: Screen, service: PaymentService) -> None:
    phone.says("half the price is due")
    phone.says("A deposit of $50")
    for label, text in (("First name", "Vera"), ("Last name", "Long"), ("Date of birth", "1990-01-02")):
        phone.write(label, text)
    phone.write("E-mail", "vera@example.org")
    phone.press("Go on to pay the deposit")
    phone.says("Please accept this to book")
    phone.is_sound()
    phone.choose("policy", "1")
    phone.press("Go on to pay the deposit")
    phone.shows("Pay the deposit of $50")
    phone.press("Go to the payment page")
    phone.page.wait_for_url(f"{service.home}/pay/*")
    phone.press("Pay by card")
    phone.shows("You are booked")
    phone.says("Deposit of $50: paid")
    phone.page.get_by_text("If you cannot come").click()
    phone.says("Version 1, accepted online")
    phone.is_sound()


def when_it_is_late_the_fee_is_said_before(phone: Screen, calendar: Calendar) -> None:
    calendar.wait(days=3, hours=-4)
    phone.press("Cancel")
    phone.shows("Cancel your appointment?")
    phone.says("Cancelling now costs $60")
    phone.says("Your deposit is used for it")
    phone.press("Cancel the appointment")
    phone.shows("This appointment is cancelled")


def then_the_desk_finds_the_fee_and_every_page_is_sound(desk: Any) -> None:
    owen = desk("owen")
    owen.open("/desk/appointments/fees/")
    owen.shows("Fees and deposits")
    owen.says("$10")
    owen.press("Vera Long")
    owen.shows("Fee of Vera Long")
    owen.write("Why", "Her train did not run.")
    owen.press("Waive the fee")
    owen.shows("Fees and deposits")
    owen.says("goes back to the card by itself")
    numbers = [f"fees/{Fee.objects.get().pk}/", f"deposits/{Deposit.objects.get().pk}/"]
    owen.page.set_viewport_size({"width": 390, "height": 900})
    for page in ["fees/", *numbers, "policy/", "policy/new/"]:
        owen.open(f"/desk/appointments/{page}")
        owen.is_sound()
    owen.press("Look at it first")
    owen.says("This is what people will read and accept")
    owen.is_sound()
