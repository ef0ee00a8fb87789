"""Walking through screens: a page that is checked wherever one stops, a mailbox, a calendar."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from axe_playwright_python.sync_playwright import Axe
from django.core import mail as outbox
from playwright.sync_api import Page, expect

PORTLAND = "America/Los_Angeles"
PATIENCE = 30_000  # milliseconds: what is on its way is worth waiting for, and a machine may be busy
expect.set_options(timeout=PATIENCE)
# Sections below the screen may be drawn late (content-visibility); what is not drawn cannot be judged.
DRAW_ALL = """async () => {
    for (const part of document.querySelectorAll("section")) part.style.contentVisibility = "visible";
    await document.fonts.ready;
    await new Promise(requestAnimationFrame);
}"""


@dataclass
class Calendar:
    """The house's clock, turned by the test."""

    moment: datetime

    def turn_to(self, day: date, clock: time = time(10), zone: str = PORTLAND) -> None:
        """Let it be a time of day on ``day``."""
        self.moment = datetime.combine(day, clock, ZoneInfo(zone))

    def wait(self, **ago: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**ago)

    @property
    def today(self) -> date:
        """The day in Portland."""
        return self.moment.astimezone(ZoneInfo(PORTLAND)).date()


@cache
def axe() -> Axe:
    """The accessibility checker."""
    return Axe()


@dataclass
class Screen:
    """A browser page. ``troubles`` collects what went wrong without being seen."""

    page: Page
    home: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on(
            "console",
            lambda said: (
                self.troubles.append(f"console: {said.text}")
                if said.type == "error" and " 422 " not in said.text and " 409 " not in said.text
                else None
            ),
        )

    def open(self, address: str) -> None:
        """Go to an address, of this house or written in full."""
        self.page.goto(address if address.startswith("http") else f"{self.home}{address}")

    def shows(self, heading: str) -> "Screen":
        """The page says ``heading``, every rule of accessibility holds, and nothing hangs over its edge."""
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()
        self.is_sound()
        return self

    def says(self, text: str) -> None:
        """Somewhere on the page stands ``text``."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def is_sound(self) -> None:
        """Check accessibility and width of the page as it stands."""
        self.page.evaluate(DRAW_ALL)
        found = axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} points wider than the screen"
        assert self.page.get_by_role("heading", level=1).count() == 1, f"{self.page.url} has not one main heading"

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button or link by its words."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        (button.first if button.count() else self.page.get_by_role("link", name=name, exact=exact).first).click()

    def write(self, label: str, text: str) -> None:
        """Fill a field by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, name: str, value: str) -> None:
        """Choose a radio button or tick a box, by field and value, by pressing the row it stands in."""
        box = self.page.locator(f'input[name="{name}"][value="{value}"]')
        box.check()

    @property
    def path(self) -> str:
        """The address without the host."""
        return self.page.url.removeprefix(self.home)


@dataclass
class Mail:
    """What reached the patient's mailbox."""

    calendar: Calendar

    def link(self, subject: str) -> str:
        """Let the worker send what is due; return the link in the newest message about ``subject``."""
        from vesicle.people import messages

        messages.send_due(now=self.calendar.moment)
        found = [letter for letter in outbox.outbox if subject.lower() in letter.subject.lower()]
        assert found, f"no message about {subject!r} among {[letter.subject for letter in outbox.outbox]}"
        addresses = re.findall(r"http://\S+", found[-1].body)
        assert addresses, found[-1].body
        return str(addresses[0])


HEALTHY = {"SCR-FITZ": "II", "SCR-SUNAVOID": "yes", "SCR-BIOLOGIC-OK": "yes"}


def answer_questions(screen: Screen, **different: Any) -> int:
    """Answer every question as a healthy person would; ``different`` maps ids (``SCR_ISO``) to other answers.

    An answer is a value, or a value and a date. Returns how many questions there were.
    """
    others = {name.replace("_", "-"): answer for name, answer in different.items()}
    kinds: set[str] = set()
    count = 0
    while "/ask/" in screen.path:
        count += 1
        question = screen.path.partition("/ask/")[2].partition("/")[0]
        given = others.get(question, HEALTHY.get(question, "no"))
        value, day = given if isinstance(given, tuple) else (given, None)
        boxes = screen.page.locator('input[name="answer"]')
        kind = "text" if boxes.count() == 0 else "choice" if question in HEALTHY else "yes-no"
        if kind not in kinds:
            kinds.add(kind)
            screen.is_sound()
        if boxes.count():
            screen.choose("answer", value)
        if day is not None:
            screen.page.locator('input[name="date"]').fill(day.isoformat())
        screen.press("Continue")
    return count
