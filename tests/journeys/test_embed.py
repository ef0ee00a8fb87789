"""The clinic's own site, on another origin, with hostile styles and a strict policy: our pages stand in it whole.

The browser keeps cookies from third parties, as browsers do.
"""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.journeys.walking import Calendar, Screen, answer_questions
from vesicle.scheduling.tests.money import open_service, payments, write_policy
from vesicle.website.tests.test_quality import JUMPS

pytestmark = pytest.mark.django_db(transaction=True)

OPTION = "exosome-therapy/microneedling"
HOSTILE = "* { all: unset; font-size: 50px !important } iframe { width: 10px; height: 10px; border: 9px solid red }"

STYLES = '<link rel="stylesheet" href="/hostile.css">'
PLAIN = "/plain"
"""A page without styles: nothing defends a bare frame against its own site."""


class OtherSite:
    """A tiny site of somebody else's. ``pages`` maps addresses to what stands in the body."""

    def __init__(self, allows: str) -> None:
        self.pages: dict[str, str] = {}
        policy = f"default-src 'none'; style-src 'self'; script-src {allows}; frame-src {allows}"
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = "text/html", pages.get(self.path, "")
                if self.path == "/hostile.css":
                    kind, body = "text/css", HOSTILE
                else:
                    body = (
                        '<!doctype html><html lang="en"><head><title>Elsewhere</title>'
                        '<meta name="viewport" content="width=device-width, initial-scale=1">'
                        '<link rel="icon" href="data:,">'
                        f"{'' if self.path == PLAIN else STYLES}</head>"
                        f"<body>{body}</body></html>"
                    )
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()


class Framed(Screen):
    """The page in the frame, looked at like any other."""

    def __post_init__(self) -> None:
        """Leave listening to the page around the frame."""

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press, and wait for the next page: in a frame pressing does not wait for it by itself."""
        self.page.evaluate("window.isBefore = true")
        super().press(name, exact=exact)
        if not name.startswith("Open"):
            self._wait_for_the_next_page()

    def _wait_for_the_next_page(self) -> None:
        for _ in range(1500):
            try:
                if self.page.evaluate("window.isBefore === undefined && document.readyState === 'complete'"):
                    return
            except Error:  # between two pages there is none to ask
                pass
            self.page.wait_for_timeout(20)
        raise AssertionError(f"no next page after {self.page.url}")


@pytest.fixture
def elsewhere(live_server: Any) -> Iterator[OtherSite]:
    """Return another site, which is not listed yet."""
    site = OtherSite(live_server.url)
    yield site
    site.close()


@pytest.fixture
def listed(elsewhere: OtherSite, alderbrook: Any) -> OtherSite:
    """The other site, listed by the owner."""
    from vesicle.clinic.services import allow_origin

    allow_origin(by=alderbrook.cast.actor("owen"), origin=elsewhere.origin)
    return elsewhere


@pytest.fixture(params=[390, 1440])
def visitor(
    request: Any, browser_type: Any, browser_type_launch_args: Any, browser_context_args: Any
) -> Iterator[Page]:
    """A visitor whose browser blocks cookies of third parties, on a phone and at a desk."""
    given = browser_type_launch_args
    browser = browser_type.launch(**given | {"args": [*given["args"], "--test-third-party-cookie-phaseout"]})
    context = browser.new_context(**browser_context_args | {"viewport": {"width": request.param, "height": 844}})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.add_init_script(JUMPS)
    yield page
    assert context.cookies() == [], "a page in a frame set a cookie"
    browser.close()


def framed(page: Page, home: str) -> Framed:
    """Return the page in the frame."""
    page.locator("iframe").scroll_into_view_if_needed()
    expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
    frame = next(one for one in page.frames if one.url.startswith(home))
    return Framed(frame, f"{home}/embed/v1")  # type: ignore[arg-type]


def is_as_tall_as_its_page(page: Page, inside: Framed) -> None:
    """Wait until the frame has the height of what stands in it."""
    for _ in range(50):
        tall = page.locator("iframe").evaluate("frame => frame.getBoundingClientRect().height")
        wanted = inside.page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
        if abs(tall - wanted) <= 1:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the frame is {tall} tall, its page {wanted}")


def lines(home: str, marks: str) -> str:
    script = f'<script src="{home}/embed/v1.js" defer></script>'
    return f"<p>Words of the host</p>{script}<div {marks}></div><p>And more of them below</p>"


@pytest.mark.parametrize("visitor", [390], indirect=True)
def test_from_the_first_question_to_a_booking_in_a_frame(
    listed: OtherSite, visitor: Page, live_server: Any, calendar: Calendar
) -> None:
    home = live_server.url
    listed.pages["/"] = lines(home, f'data-vesicle="candidacy" data-option="{OPTION}"')
    visitor.goto(listed.origin)
    inside = framed(visitor, home)
    assert visitor.locator("iframe").get_attribute("title") == "Find out what may suit you"
    assert visitor.locator("iframe").get_attribute("loading") == "lazy"
    assert inside.page.evaluate("getComputedStyle(document.querySelector('p')).fontSize") != "50px"
    is_as_tall_as_its_page(visitor, inside)
    inside.is_sound()
    inside.choose("concerns", "fine-lines")
    inside.page.locator('input[name="date_of_birth"]').fill("1985-03-14")
    inside.press("Start the questions")
    inside.page.wait_for_url("**/ask/**")
    assert answer_questions(inside) > 20
    inside.shows("Is this right?")
    inside.press("See my result")
    card = inside.page.locator("#exosome-therapymicroneedling")
    expect(card.locator(".chip")).to_have_text(re.compile("suitable|may suit", re.IGNORECASE))
    inside.is_sound()
    is_as_tall_as_its_page(visitor, inside)
    card.get_by_role("button", name="Choose a time").click()
    inside.page.wait_for_url("**/book/**")
    top = visitor.locator("iframe").evaluate("frame => frame.getBoundingClientRect().top")
    assert top > -844, "the next step is not shown from its top"
    inside.choose("location", "portland")
    inside.press("Show times")
    inside.shows("Choose a time")
    inside.page.locator('button[name="start"]').first.click()
    inside.shows("Who is coming?")
    inside.write("First name", "Vera")
    inside.write("Last name", "Exemplar")
    inside.page.get_by_label("Date of birth").fill("1985-03-14")
    inside.page.get_by_label("E-mail").fill("vera@example.org")
    inside.page.get_by_label("Mobile phone").fill("+1 503 555 0177")
    inside.press("Book this time")
    inside.shows("You are booked")
    assert inside.path.startswith("/book/a/")
    is_as_tall_as_its_page(visitor, inside)
    with visitor.context.expect_page() as opened:
        inside.press("Open my appointment")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert "/embed/" not in opened.value.url
    visitor.context.clear_cookies()  # those of the window that is ours


@pytest.mark.parametrize("marks", ['data-vesicle="comparison"', 'data-vesicle="treatment" data-treatment="prp"'])
def test_a_page_to_read_stands_whole_in_a_frame(listed: OtherSite, visitor: Page, live_server: Any, marks: str) -> None:
    listed.pages["/"] = lines(live_server.url, marks)
    visitor.goto(listed.origin)
    inside = framed(visitor, live_server.url)
    is_as_tall_as_its_page(visitor, inside)
    # Once, when the frame takes its place: the script may run after the host's page is painted.
    assert sum(visitor.evaluate("eachJump")[1:]) < 0.05, "what stands below the frame jumps"
    inside.is_sound()
    expect(inside.page.get_by_text("They are not medical advice")).to_be_visible()
    visitor.set_viewport_size({"width": 700, "height": 844})
    is_as_tall_as_its_page(visitor, inside)


@pytest.mark.parametrize("visitor", [390], indirect=True)
def test_a_deposit_is_paid_in_a_window_of_its_own_and_one_can_wait_in_the_frame(
    listed: OtherSite, visitor: Page, live_server: Any, alderbrook: Any
) -> None:
    open_service(alderbrook)
    write_policy(alderbrook, deposits=[{"option": "consultation", "kind": "fixed", "value": 5000}])
    home = live_server.url
    listed.pages["/"] = lines(home, f'data-vesicle="booking" data-option="{OPTION}"')
    visitor.goto(listed.origin)
    inside = framed(visitor, home)
    is_as_tall_as_its_page(visitor, inside)
    inside.page.goto(f"{home}/embed/v1/book/wait/?option={OPTION}&location=portland&areas=full-face")
    inside.press("Put me on the list")
    inside.shows("Join the waiting list")
    expect(inside.page.locator("[role=alert]").first).to_be_visible()
    say_who_is_coming(inside)
    inside.press("Put me on the list")
    inside.shows("You are on the list")
    is_as_tall_as_its_page(visitor, inside)
    assert inside.page.get_by_role("link", name="your page").get_attribute("target") == "_blank"
    with payments() as service:
        inside.page.goto(f"{home}/embed/v1/book/visits/")
        inside.press("Consultation")
        inside.page.locator('button[name="start"]').first.click()
        inside.shows("Who is coming?")
        say_who_is_coming(inside)
        inside.choose("policy", "1")
        inside.press("Go on to pay the deposit")
        inside.shows("This opens in a window of its own")
        assert visitor.evaluate("document.activeElement.tagName") == "IFRAME", "whoever uses keys is still in the frame"
        inside.page.get_by_role("link", name="Go on").click()
        visitor.wait_for_url(f"{home}/book/hold/*/pay/")
        visitor.get_by_role("link", name="Go to the payment page").click()
        visitor.wait_for_url(f"{service.home}/pay/*")
        visitor.get_by_role("button", name="Pay by card").click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("You are booked")
    visitor.context.clear_cookies()  # those of the window that is ours


def say_who_is_coming(inside: Framed) -> None:
    for label, text in (("First name", "Vera"), ("Last name", "Long"), ("Date of birth", "1990-01-02")):
        inside.write(label, text)
    inside.write("E-mail", "vera@example.org")


@pytest.mark.parametrize("visitor", [390], indirect=True)
def test_without_our_script_a_bare_frame_keeps_its_height_and_scrolls(
    listed: OtherSite, visitor: Page, live_server: Any
) -> None:
    from vesicle.website.snippets import snippet

    listed.pages[PLAIN] = snippet("comparison", "Compare treatments", site=live_server.url).bare
    visitor.goto(listed.origin + PLAIN)
    inside = framed(visitor, live_server.url)
    assert visitor.locator("iframe").evaluate("frame => frame.clientHeight") == 900
    assert inside.page.evaluate("document.documentElement.scrollHeight > innerHeight")
    inside.page.evaluate("scrollTo(0, 500)")
    assert inside.page.evaluate("scrollY") == 500


@pytest.mark.parametrize("visitor", [390], indirect=True)
def test_a_site_that_is_not_listed_is_refused_by_the_browser(
    elsewhere: OtherSite, alderbrook: Any, visitor: Page, live_server: Any
) -> None:
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    for path in ("/embed/v1/book/", "/book/", "/desk/"):
        elsewhere.pages["/"] = f'<iframe src="{live_server.url}{path}" title="Refused"></iframe>'
        visitor.goto(elsewhere.origin)
        visitor.wait_for_timeout(500)
        assert [one.url for one in visitor.frames][1:] == ["chrome-error://chromewebdata/"], path
    assert any("frame-ancestors" in one or "X-Frame-Options" in one for one in said), said
    visitor.context.clear_cookies()


def test_the_owner_lists_a_site_and_finds_the_lines_to_paste(alderbrook: Any, desk: Any) -> None:
    owen = desk("owen")
    owen.open("/desk/embeds/")
    owen.shows("On your own site")
    owen.write("Address of the site", "https://www.alderbrook.example")
    owen.press("Add this site")
    owen.says("may show your pages now")
    expect(owen.page.locator("#script-booking")).to_contain_text('data-vesicle="booking"')
    owen.page.get_by_text("How it looks").first.click()
    preview = owen.page.frame_locator('iframe[src^="/embed/v1/candidacy/"]')
    expect(preview.get_by_role("heading", level=1)).to_be_visible()
