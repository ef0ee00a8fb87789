"""Photographs at home and in the clinic, with a real browser and a camera that films a drawn face."""

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Calendar, Mail, Screen
from vesicle.results.tests.drawings import taken

pytestmark = pytest.mark.django_db(transaction=True)

READY = "All is right"


@pytest.fixture
def filming(browser_type, browser_type_launch_args, live_server, tmp_path):
    """Return ``filming(picture)``: a phone whose camera sees that picture; without one it has no camera."""
    opened = []

    def film(*pictures: bytes, granted: bool = True, **more) -> Screen:
        film = tmp_path / f"film{len(opened)}.mjpeg"
        film.write_bytes(b"".join(pictures))
        seen = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        args = seen if pictures else []
        browser = browser_type.launch(
            **browser_type_launch_args | {"args": [*browser_type_launch_args.get("args", []), *args]}
        )
        context = browser.new_context(
            **{"viewport": {"width": 390, "height": 844}, "permissions": ["camera"] if granted else []} | more
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
    phone.page.get_by_label("Take it by itself when all is right").check()
    expect(hints(phone)).to_contain_text("Taken", timeout=20_000)
    phone.press("Keep this photograph")
    expect(phone.page.locator("[data-problems]")).to_contain_text("Say whether the skin is clean")
    phone.is_sound()
    phone.choose("skin", "clean")
    phone.press("Keep this photograph")
    phone.says("From the front: kept.")
    phone.shows("Left side, half turned")
    capture = Capture.objects.get()
    assert (capture.is_for_measuring, capture.photo.week, capture.photo.day) == (True, 3, 21)


def own(mail: Mail, more: str = "photographs/front/") -> str:
    return mail.link("week 3").rstrip("/") + "/" + more


def file_field(screen: Screen):
    return screen.page.get_by_label("The photograph", exact=True)


def test_the_guide_says_what_is_wrong_in_the_patients_language(pia, filming, mail: Mail) -> None:
    pia.patient.language = "es"
    pia.patient.save(update_fields=["language"])
    phone = filming(taken(roll=18.0), locale="es-US")
    phone.open(own(mail))
    phone.shows("De frente")
    phone.press("Encender la cámara")
    expect(hints(phone)).to_contain_text("La cabeza se inclina", timeout=20_000)
    expect(phone.page.get_by_role("button", name="Tomar la foto")).to_be_disabled()
    phone.is_sound()


def test_without_a_camera_or_its_permission_a_file_serves(pia, filming, mail: Mail, tmp_path) -> None:
    address = own(mail)
    chosen = tmp_path / "chosen.jpg"
    chosen.write_bytes(taken())
    for phone, words in ((filming(taken(), granted=False), "not allowed here"), (filming(), "No camera was found")):
        phone.open(address)
        phone.press("Start the camera")
        expect(hints(phone)).to_contain_text(words)
        expect(phone.page.get_by_role("button", name="Start the camera")).to_be_visible()
        phone.is_sound()
    phone.choose("skin", "clean")
    file_field(phone).set_input_files(chosen)
    phone.press("Keep this photograph")
    phone.says("From the front: kept.")


def test_without_a_script_the_page_is_a_form(pia, filming, mail: Mail, tmp_path) -> None:
    chosen = tmp_path / "chosen.jpg"
    chosen.write_bytes(taken(roll=18.0))
    phone = filming(taken(), java_script_enabled=False)
    phone.open(own(mail))
    expect(phone.page.get_by_role("button", name="Start the camera")).to_be_hidden()
    phone.choose("skin", "clean")
    file_field(phone).set_input_files(chosen)
    phone.press("Keep this photograph")
    phone.says("The head leans")
    expect(phone.page.locator('input[name="skin"][value="clean"]')).to_be_checked()
    chosen.write_bytes(taken())
    file_field(phone).set_input_files(chosen)
    phone.press("Keep this photograph")
    phone.says("From the front: kept.")


def test_a_lost_connection_or_too_large_a_file_loses_nothing(pia, filming, mail: Mail, tmp_path, settings) -> None:
    phone = filming(taken())
    phone.open(own(mail))
    phone.choose("skin", "clean")
    phone.press("Start the camera")
    expect(hints(phone)).to_contain_text(READY, timeout=20_000)
    shutter(phone).click()
    expect(hints(phone)).to_contain_text("Taken")
    phone.page.context.set_offline(True)
    phone.press("Keep this photograph")
    expect(phone.page.locator("[data-problems]")).to_contain_text("There is no connection")
    phone.page.context.set_offline(False)
    phone.is_sound()
    phone.press("Keep this photograph")
    phone.says("From the front: kept.")
    assert [said for said in phone.troubles if "ERR_INTERNET_DISCONNECTED" not in said] == []
    phone.troubles.clear()

    settings.PHOTO_MAX_BYTES = 1000
    chosen = tmp_path / "chosen.jpg"
    chosen.write_bytes(taken())
    phone.open(own(mail))
    file_field(phone).set_input_files(chosen)
    phone.press("Keep this photograph")
    expect(phone.page.locator("[data-problems]")).to_contain_text("too large to be sent")


def test_in_the_clinic_the_last_photograph_is_a_ghost_and_a_reason_opens_the_shutter(
    pia, filming, client, calendar: Calendar
) -> None:
    from vesicle.people.tests.fixtures import pass_second_factor
    from vesicle.results.capture import services
    from vesicle.results.capture.domain import Shot
    from vesicle.results.models import Capture
    from vesicle.results.tests.drawings import upload

    now = calendar.moment
    services.keep(
        by=pia.nurse, encounter=pia.encounter, shot=Shot("front"), upload=upload(taken()), skin="clean", now=now
    )
    pass_second_factor(client, pia.house.cast.noor.user)
    noor = filming(taken(roll=18.0), viewport={"width": 1440, "height": 900})
    noor.page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": noor.home}])
    noor.open(f"/desk/results/{pia.encounter.pk}/")
    noor.press("Take guided photographs")
    noor.shows("Photographs")
    noor.page.get_by_role("link", name="From the front").first.click()
    noor.shows("From the front")
    noor.press("Start the camera")
    expect(hints(noor)).to_contain_text("leans", timeout=20_000)
    ghost = noor.page.locator("[data-ghost]")
    expect(ghost).to_have_css("opacity", "0.3")
    assert ghost.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    opacity = noor.page.get_by_label("Earlier photograph over the picture")
    opacity.focus()
    opacity.press("ArrowRight")
    expect(ghost).to_have_css("opacity", "0.35")
    expect(shutter(noor)).to_be_disabled()
    noor.page.get_by_label("Keep it even if it cannot be measured, because").fill("A stiff neck.")
    shutter(noor).click()
    expect(hints(noor)).to_contain_text("Taken")
    noor.is_sound()
    noor.press("Keep this photograph")
    noor.says("kept for documentation, not for measuring")
    noor.press("All photographs of this visit")
    noor.says("not for measuring")
    noor.says("A stiff neck.")
    noor.is_sound()
    assert Capture.objects.filter(is_for_measuring=False).get().kept_because == "A stiff neck."
