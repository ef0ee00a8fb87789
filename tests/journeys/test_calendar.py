"""The calendar as the front desk uses it: by mouse, by keys, beside a colleague, with somebody waiting."""

import re
from datetime import date, time

import pytest
from playwright.sync_api import expect

from vesicle.candidacy import services as candidacy
from vesicle.core import clock
from vesicle.demo.answers import healthy
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.scheduling import services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import Appointment, FlowStep

PORTLAND = "America/Los_Angeles"
NEEDLED = "exosome-therapy/microneedling"


def somebody(house, first, last):
    return people.register_patient(
        by=house.actor("rosa"),
        first_name=first,
        last_name=last,
        date_of_birth=date(1984, 5, 6),
        email=f"{first.lower()}@example.org",
        phone="+1 503 555 0177",
        time_zone=PORTLAND,
    )


def book(house, patient, at, *, option="consultation", areas=(), provider="noor_column", room=0, day=None):
    screening = None
    if areas:
        answers = healthy(born=patient.date_of_birth, areas=areas, skin="II")
        screening = candidacy.screen(by=patient_actor(patient), answers=answers, option=option, patient=patient)
    return services.book_at(
        by=house.actor("rosa"),
        option_id=option,
        areas=areas,
        location_id=house.cast.portland.pk,
        start=local_moment(day or clock.day_in(PORTLAND, clock.now()), at, PORTLAND),
        patient=patient,
        screening=screening,
        provider_id=getattr(house.cast, provider).pk,
        resource_ids=[house.cast.rooms[room].pk],
        now=clock.now(),
    )


@pytest.fixture
def monday(alderbrook, calendar):
    """Ten in the morning in Portland; a needling with Noor at eleven, two consultations with Iris."""
    services.add_service(
        by=alderbrook.actor("iris"),
        slug="consultation",
        name="Consultation",
        kind="consultation",
        minutes=30,
        needs=["room", "provider"],
    )
    calendar.turn_to(calendar.today, time(10))
    cast = alderbrook.cast
    pia = book(alderbrook, cast.pia, time(11), option=NEEDLED, areas=("full-face",))
    uma = book(alderbrook, somebody(alderbrook, "Uma", "Okafor"), time(13), provider="iris_column", room=1)
    ben = book(alderbrook, somebody(alderbrook, "Ben", "Lund"), time(15), provider="iris_column", room=1)
    return alderbrook, pia, uma, ben


def minutes_moved(appointment, before):
    appointment.refresh_from_db()
    return int((appointment.starts_at - before).total_seconds()) // 60


def block(screen, name):
    return screen.page.locator(".booking", has_text=name).first


def drag(screen, name, *, rows, lane=None):
    """Drag a booking by a number of rows, and to another column where one is named."""
    # In the middle: near an edge the calendar scrolls on.
    block(screen, name).evaluate("link => link.scrollIntoView({block: 'center'})")
    box = block(screen, name).bounding_box()
    row = screen.page.locator(".hours > li").first.bounding_box()["height"] / 12
    across = screen.page.locator(f".lane[data-title='{lane}']").bounding_box() if lane else box
    mouse = screen.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 36, box["y"] + 18, steps=2)
    mouse.move(across["x"] + 30, box["y"] + 10 + rows * row, steps=4)
    mouse.up()


def say(screen, whose="clinic"):
    """Answer at whose wish a booking moves."""
    box = screen.page.locator("#box")
    expect(box).to_contain_text("At whose wish?")
    box.get_by_role("button", name=f"The {whose}’s").click()


def test_a_booking_is_moved_by_mouse_refused_undone_and_carried_by_keys(monday, desk):
    house, _, uma, _ = monday
    cast, before = house.cast, uma.starts_at
    rosa = desk("rosa")
    said, heard, keys = rosa.page.locator("#said"), rosa.page.locator("#announcer"), rosa.page.keyboard

    rosa.open("/desk/?by=providers")
    drag(rosa, "Uma Okafor", rows=12, lane="Noor Haddad")
    expect(rosa.page.locator("#box")).to_contain_text("Move Uma Okafor to 2:00 PM")
    rosa.is_sound()
    keys.press("Escape")
    expect(heard).to_contain_text("Taken back")
    expect(rosa.page.locator(".carried")).to_have_count(0)
    assert minutes_moved(uma, before) == 0
    drag(rosa, "Uma Okafor", rows=12, lane="Noor Haddad")
    say(rosa)
    expect(said).to_contain_text("moved to 2:00 PM")
    assert (minutes_moved(uma, before), uma.provider) == (60, cast.noor_column)

    rosa.page.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("moved to 1:00 PM")
    assert (minutes_moved(uma, before), uma.provider) == (0, cast.iris_column)
    taken = uma.claims.filter(is_active=True).values_list("resource__name", flat=True)
    assert set(taken) == {"Iris Lindqvist", "Room 2"}

    expect(block(rosa, "Uma Okafor").locator("b > span")).to_have_text("1:00")
    drag(rosa, "Uma Okafor", rows=24)
    expect(said).to_contain_text("Iris Lindqvist is taken by Ben Lund until 3:30 PM")
    assert minutes_moved(uma, before) == 0
    expect(block(rosa, "Uma Okafor").locator("b > span")).to_have_text("1:00")
    expect(rosa.page.locator(".block", has_text="Uma Okafor")).to_have_class(re.compile(r"\bs48\b"))

    block(rosa, "Uma Okafor").focus()
    keys.press("m")
    expect(heard).to_contain_text("Arrows move it")
    keys.press("ArrowDown")
    expect(heard).to_contain_text("1:15 PM, Iris Lindqvist")
    keys.press("Escape")
    expect(heard).to_contain_text("Taken back")
    assert minutes_moved(uma, before) == 0
    for key in ("m", "ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        keys.press(key)
    expect(rosa.page.get_by_role("heading", name="Move Uma Okafor to 1:30 PM")).to_be_focused()
    keys.press("Enter")
    expect(rosa.page.locator("#box")).to_contain_text("At whose wish?")
    for key in ("Tab", "Tab", "Enter"):
        keys.press(key)
    expect(said).to_contain_text("moved to 1:30 PM")
    assert (minutes_moved(uma, before), uma.provider) == (30, cast.noor_column)
    expect(rosa.page.locator(".saving")).to_have_count(0)
    expect(block(rosa, "Uma Okafor")).to_be_focused()


def test_the_parts_of_a_visit_go_along_and_come_back_together(monday, desk):
    house, _, _, _ = monday
    services.add_service(
        by=house.actor("iris"), slug="look", name="A look", kind="follow-up", minutes=30, needs=["room", "provider"]
    )
    rows = services.book_visit(
        by=house.actor("rosa"),
        patient=somebody(house, "Lia", "Costa"),
        parts=[("consultation", ()), ("look", ())],
        location_id=house.cast.portland.pk,
        start=local_moment(clock.day_in(PORTLAND, clock.now()), time(11), PORTLAND),
        provider_id=house.cast.iris_column.pk,
        now=clock.now(),
    )
    before = [row.starts_at for row in rows]
    rosa = desk("rosa")
    rosa.open("/desk/?by=providers")
    second = rosa.page.locator(f".block[data-appointment='{rows[1].pk}'] .booking")
    second.focus()
    rosa.page.keyboard.press("m")
    expect(rosa.page.locator("#announcer")).to_contain_text("The other parts of the visit go along")
    expect(rosa.page.locator(".along")).to_have_count(1)
    for key in ("PageDown", "PageDown", "PageDown", "Enter"):
        rosa.page.keyboard.press(key)
    box = rosa.page.locator("#box")
    expect(box).to_contain_text("All 2 parts of this visit move together, or none")
    rosa.is_sound()
    say(rosa, "patient")
    expect(rosa.page.locator("#said")).to_contain_text("with the other part of the visit")
    assert [minutes_moved(row, at) for row, at in zip(rows, before, strict=True)] == [180, 180]
    rosa.page.get_by_role("button", name="Undo").click()
    expect(rosa.page.locator("#said")).to_contain_text("moved to 11:30 AM")
    assert [minutes_moved(row, at) for row, at in zip(rows, before, strict=True)] == [0, 0]

    for width in (1440, 390):
        rosa.page.set_viewport_size({"width": width, "height": 900})
        rosa.open(f"/desk/appointments/{rows[0].pk}/move/")
        rosa.is_sound()
        rosa.page.get_by_role("button", name="3:30 PM").click()
        rosa.shows("To 3:30 PM on Monday, November 30?")
        rosa.says("All 2 parts of this visit move together, or none")


def test_what_a_colleague_does_appears_and_the_focus_stays(monday, desk):
    house, _, _, _ = monday
    rosa = desk("rosa")
    rosa.open("/desk/?by=rooms")
    block(rosa, "Uma Okafor").focus()
    book(house, somebody(house, "Lia", "Costa"), time(16), room=0)
    expect(block(rosa, "Lia Costa")).to_be_visible(timeout=12_000)
    expect(block(rosa, "Uma Okafor")).to_be_focused()


def test_the_day_from_the_door_to_the_provider_with_a_walk_in_between(monday, desk):
    _, pia, _, _ = monday
    rosa = desk("rosa")
    panel, said, keys = rosa.page.locator("#panel"), rosa.page.locator("#said"), rosa.page.keyboard
    rosa.open(f"/desk/?by=rooms&a={pia.pk}")
    for button, words in (
        ("Check in", "checked in"),
        ("In the room", "in Room 1 since"),
        ("Start numbing", "numbing since"),
        ("With the provider", "with the provider since"),
    ):
        panel.get_by_role("button", name=button, exact=True).click()
        expect(said).to_contain_text(words)
        expect(block(rosa, "Pia Sørensen").locator(".state")).to_contain_text(words, ignore_case=True)
    panel.get_by_role("button", name="Take the last step back").click()
    expect(block(rosa, "Pia Sørensen").locator(".state")).to_contain_text("Numbing since")
    assert FlowStep.objects.count() == 5

    rosa.page.locator("h1").click()
    keys.press("w")
    keys.type("tam")
    expect(rosa.page.locator("#found")).to_contain_text("Tam Nguyen")
    rosa.is_sound()
    keys.press("Enter")
    expect(rosa.page.get_by_role("button", name="book and check in")).to_be_focused()
    rosa.is_sound()
    keys.press("Enter")
    expect(rosa.page.locator("#messages")).to_contain_text("Tam Nguyen is booked for 10:00 AM")
    walked_in = Appointment.objects.get(patient__first_name="Tam")
    assert (walked_in.state, walked_in.option) == ("arrived", "consultation")


def test_running_late_is_shown_before_it_is_done_and_empty_ground_is_blocked_by_dragging(monday, desk):
    _, _, uma, _ = monday
    rosa = desk("rosa")
    before = uma.starts_at
    rosa.open("/desk/?by=providers")
    rosa.page.get_by_role("link", name="Iris Lindqvist runs late").click()
    rosa.page.get_by_role("button", name="20 min").click()
    expect(rosa.page.get_by_role("button", name="20 min")).to_have_attribute("aria-current", "true")
    rosa.shows("Iris Lindqvist runs late")
    assert minutes_moved(uma, before) == 0
    rosa.page.get_by_role("button", name="Move 1 and tell them").click()
    expect(rosa.page.locator("#messages")).to_contain_text("1 moved, 1 told")
    assert minutes_moved(uma, before) == 20

    rosa.open("/desk/?by=rooms")
    rosa.page.locator(".day").evaluate("day => day.scrollTo(0, 0)")
    box = rosa.page.locator(".lane[data-title='Room 1']").bounding_box()
    mouse = rosa.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + 40, box["y"] + 60, steps=4)
    mouse.up()
    rosa.page.get_by_label("Why").fill("Painting")
    rosa.is_sound()
    rosa.page.get_by_role("button", name="Block it").click()
    expect(rosa.page.locator(".shut")).to_contain_text("Blocked: Painting")
    rosa.page.get_by_role("button", name="Open again").click()
    expect(rosa.page.locator(".shut")).to_have_count(0)


def test_day_and_week_are_sound_on_a_phone_and_a_desk_by_day_and_by_night(monday, desk):
    """And a finger that does not rest scrolls, so nobody moves a booking by accident; one that rests picks it up."""
    house, pia, uma, _ = monday
    rosa = desk("rosa")
    for width in (390, 1440):
        rosa.page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            rosa.page.emulate_media(color_scheme=scheme)
            for address in (f"/desk/?by=rooms&a={pia.pk}", "/desk/?view=week&by=providers"):
                rosa.open(address)
                rosa.is_sound()
    rosa.open("/desk/?by=rooms")
    before, link = uma.starts_at, block(rosa, "Uma Okafor")
    box = link.bounding_box()
    down = {"pointerType": "touch", "bubbles": True, "pointerId": 7, "button": 0}
    down |= {"clientX": box["x"] + 20, "clientY": box["y"] + 10}
    link.dispatch_event("pointerdown", down)
    link.dispatch_event("pointermove", down | {"clientY": down["clientY"] + 60})
    link.dispatch_event("pointerup", down | {"clientY": down["clientY"] + 60})
    assert rosa.page.locator(".carried").count() == 0
    link.dispatch_event("pointerdown", down)
    expect(rosa.page.locator(".block.carried")).to_be_visible()
    link.dispatch_event("pointermove", down | {"clientY": down["clientY"] + 98})
    link.dispatch_event("pointerup", down | {"clientY": down["clientY"] + 98})
    say(rosa)
    expect(rosa.page.locator("#said")).to_contain_text("moved to 2:00 PM")
    assert minutes_moved(uma, before) == 60
    assert house.cast.rooms[1].pk in uma.claims.filter(is_active=True).values_list("resource_id", flat=True)
