"""The reminder of maintenance: from the worker to the patient and the desk, without a fault that axe can find."""

import os

from vesicle.aftercare.letters import plan_link
from vesicle.core import clock
from vesicle.results.maintenance.tests.situations import PEEL, faded
from vesicle.results.maintenance.writing import run_due
from vesicle.treatment.tests.situations import Path


def shoot(screen, name):
    """Keep pictures at both widths, where somebody wants to look at them."""
    for width in (390, 1440):
        screen.page.set_viewport_size({"width": width, "height": 900})
        screen.is_sound()
        if folder := os.environ.get("SCREENS"):
            screen.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def test_a_result_goes_back_and_both_sides_read_why_the_patient_is_reminded(alderbrook, desk, phone):
    peeled = Path(alderbrook, alderbrook.cast.pia, option=PEEL).treated()
    faded(peeled)
    run_due(now=peeled.after(weeks=3))
    link = plan_link(by=peeled.nurse, encounter=peeled.encounter, now=clock.now(), page="results")
    phone.page.goto(link)
    phone.says("We plan to write to you around March 1, 2027.")
    phone.says("about three quarters of it has gone again")
    shoot(phone, "patient")
    screen = desk("noor")
    screen.open("/desk/results/maintenance/")
    screen.says("What was measured")
    shoot(screen, "list")
    screen.page.get_by_role("link", name="Pia").first.click()
    screen.says("The letter leaves on March 1, 2027 (what was measured).")
    shoot(screen, "reminder")
    screen.page.get_by_label("Why").last.fill("Moves away")
    screen.page.get_by_role("button", name="Cancel the reminder").click()
    screen.says("Cancelled by staff")
