"""Plain rules about people, as tables."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.people import domain

PORTLAND = "America/Los_Angeles"
PHOENIX = "America/Phoenix"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "quiet"),
    [
        ("2026-01-10T04:59", PORTLAND, False),  # 20:59
        ("2026-01-10T05:00", PORTLAND, True),  # 21:00
        ("2026-01-10T15:59", PORTLAND, True),  # 07:59
        ("2026-01-10T16:00", PORTLAND, False),  # 08:00
        ("2026-07-10T15:00", PORTLAND, False),  # 08:00 in summer, an hour earlier in UTC
        ("2026-07-10T15:00", PHOENIX, False),  # 08:00: Phoenix keeps its clock all year
        ("2026-07-10T14:59", PHOENIX, True),
    ],
)
def test_the_night_is_the_persons_own(moment, zone, quiet):
    assert domain.is_quiet(utc(moment), zone) is quiet


def test_by_night_a_message_waits_for_the_next_morning():
    assert domain.end_of_quiet(utc("2026-01-10T06:00"), PORTLAND) == utc("2026-01-10T16:00")
    assert domain.end_of_quiet(utc("2026-01-10T10:00"), PORTLAND) == utc("2026-01-10T16:00")


def test_by_day_a_message_does_not_wait():
    noon = utc("2026-01-10T20:00")
    assert domain.end_of_quiet(noon, PORTLAND) == noon


def test_the_night_the_clocks_change_still_ends_at_eight():
    # 8 March 2026, 02:00 becomes 03:00 in Portland: eight o'clock is 15:00 UTC, not 16:00.
    assert domain.end_of_quiet(utc("2026-03-08T06:00"), PORTLAND) == utc("2026-03-08T15:00")


@given(
    st.integers(0, 366 * 24 * 60).map(lambda minutes: utc("2026-01-01T00:00") + timedelta(minutes=minutes)),
    st.sampled_from([PORTLAND, PHOENIX, "Europe/London", "Australia/Lord_Howe"]),
)
def test_the_end_of_the_night_is_never_in_the_night(moment, zone):
    end = domain.end_of_quiet(moment, zone)
    assert not domain.is_quiet(end, zone)
    assert timedelta(0) <= end - moment <= timedelta(hours=12)


def test_refusals_are_tried_again_at_growing_distances_and_then_not_any_more():
    now = utc("2026-01-10T20:00")
    waits = [domain.retry_at(now, attempts) for attempts in range(1, 6)]
    assert [wait and (wait - now).total_seconds() / 60 for wait in waits] == [2, 8, 32, 128, None]


@pytest.mark.parametrize(
    ("wanted", "email_ok", "sms_ok", "urgent", "chosen"),
    [
        ("email", True, True, False, "email"),
        ("email", False, True, False, "sms"),
        ("sms", True, False, False, "email"),
        ("email", False, False, False, None),
        ("email", False, False, True, "email"),
    ],
)
def test_the_channel_is_one_that_the_person_allows(wanted, email_ok, sms_ok, urgent, chosen):
    picked = domain.pick_channel(
        wanted, email="p@example.org", phone="5035550142", email_allowed=email_ok, sms_allowed=sms_ok, urgent=urgent
    )
    assert picked == chosen


def test_somebody_without_an_address_is_written_to_by_phone_or_not_at_all():
    by_phone = domain.pick_channel(
        "email", email="", phone="5035550142", email_allowed=True, sms_allowed=True, urgent=False
    )
    nobody = domain.pick_channel("email", email="", phone="", email_allowed=True, sms_allowed=True, urgent=True)
    assert (by_phone, nobody) == ("sms", None)


def test_tokens_and_codes_are_erased_from_a_text_and_the_rest_stays():
    token = "x" * 21 + "-_" + "Y" * 20
    text = f"Open https://example.org/my/sign-in/{token}/ or enter 123 456, room 12345678."
    bare = domain.without_secrets(text, codes=True)
    assert token not in bare
    assert "123 456" not in bare
    assert "room 12345678" in bare
    assert "123 456" in domain.without_secrets(text)


@pytest.mark.parametrize(
    ("email", "phone", "zone", "wrong"),
    [
        ("pia@example.org", "", PORTLAND, set()),
        ("", "+1 (503) 555-0142", PORTLAND, set()),
        ("", "", PORTLAND, {"email"}),
        ("pia@example", "", PORTLAND, {"email"}),
        ("pia@example.org", "12", PORTLAND, {"phone"}),
        ("pia@example.org", "", "Mars/Base", {"time_zone"}),
    ],
)
def test_contact_details_that_cannot_work_are_named(email, phone, zone, wrong):
    assert set(domain.contact_problems(email=email, phone=phone, time_zone=zone)) == wrong


@pytest.mark.parametrize(
    ("born", "fine"), [(date(1990, 5, 1), True), (date(2026, 1, 11), False), (date(1850, 1, 1), False)]
)
def test_a_date_of_birth_has_to_be_possible(born, fine):
    problems = domain.person_problems(first_name="Pia", last_name="S", date_of_birth=born, today=date(2026, 1, 10))
    assert (not problems) is fine
