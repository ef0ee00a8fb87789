"""Photographs at home and in the clinic, with a real browser and a camera that films a drawn face."""


import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Calendar, Mail, Screen
from vesicle.results.tests.drawings import taken

pytestmark = pytest.mark.django_db(transaction=True)

READY = "All is right"


@pytest.fixture
def filming(browser_type, browser_type_launch_args, live_server, tmp_path):
    """Return ``filming(picture)``: a phone whose camera sees that picture."""
    opened = []

    def film(*pictures: bytes, granted: bool = True, **more) -> Screen:
        film = tmp_path / f"film{len(opened)}.mjpeg"
        film.write_bytes(b"".join(pictures))
        args = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        browser = browser_type.launch(
            **browser_type_launch_args | {"args": [*browser_type_launch_args.get("args", []), *args]}
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, permissions=["camera"] if granted else [], **more
        )
        screen = Screen(context.new_page(), live_server.url)
        opened.append((browser, screen))
        return screen

    yield film
    for browser, screen in opened:
        browser.close()
        assert screen.troubles == []


@pytest.fixture
def pia(alderbrook, calendar: Calendar, settings, tmp_path):
    """Pia, treated three weeks ago, who agreed to photographs."""
    from django.core.cache import cache

    from vesicle.treatment.tests.situations import Path as Situation

    settings.PHOTO_ROOT = tmp_path / "photos"
    cache.clear()
    path = Situation(alderbrook, alderbrook.cast.pia).treated()
    path.agree_to_photographs()
    calendar.turn_to(path.after(days=21).date())
    return path


def hints(screen: Screen):
    return screen.page.locator("[data-hints]")


def shutter(screen: Screen):
    return screen.page.get_by_role("button", name="Take the photograph")


def test_at_home_the_shutter_opens_when_nothing_is_wrong_and_the_photograph_is_kept(pia, filming, mail: Mail) -> None:
    from vesicle.results.models import Capture

    phone = filming(taken(), taken(seed=2))
    phone.open(mail.link("week 3"))
    phone.page.get_by_role("link", name="take them first").click()
    phone.shows("Your photographs")
    phone.press("Take the next one")
    phone.shows("From the front")
    expect(shutter(phone)).to_be_disabled()
    phone.press("Start the camera")
    expect(hints(phone)).to_contain_text(READY, timeout=20_000)
    expect(shutter(phone)).to_be_enabled()
    phone.is_sound()
    shutter(phone).press("Enter")
    expect(hints(phone)).to_contain_text("Taken")
    phone.press("Take it again")
    expect(hints(phone)).to_contain_text(READY, timeout=20_000)
    shutter(phone).click()
    expect(hints(phone)).to_contain_text("Taken")
    phone.press("Keep this photograph")
    expect(phone.page.locator("[data-problems]")).to_contain_text("Say whether the skin is clean")
    phone.is_sound()
    phone.choose("skin", "clean")
    phone.press("Keep this photograph")
    phone.says("From the front: kept.")
    phone.shows("Left side, half turned")
    capture = Capture.objects.get()
    assert (capture.is_for_measuring, capture.photo.week, capture.photo.day) == (True, 3, 21)


def test_the_guide_says_what_is_wrong_in_the_patients_language(pia, filming, mail: Mail) -> None:
    pia.patient.language = "es"
    pia.patient.save(update_fields=["language"])
    phone = filming(taken(roll=18.0), locale="es-US")
    phone.open(mail.link("week 3").rstrip("/") + "/photographs/front/")
    phone.shows("De frente")
    phone.press("Encender la cámara")
    expect(hints(phone)).to_contain_text("La cabeza se inclina", timeout=20_000)
    expect(phone.page.get_by_role("button", name="Tomar la foto")).to_be_disabled()
    phone.is_sound()
