"""The whole path, once: from the treatment page to the six-month result, on a phone."""

import io
import random
import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Calendar, Mail, Screen, answer_questions

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Vera Exemplar"
SCAN = "(01)09506000134352(10)RV-2511"


def test_from_the_page_to_the_six_month_result(alderbrook, calendar: Calendar, phone: Screen, desk, mail: Mail) -> None:
    given_she_reads_about_exosomes(phone)
    when_she_asks_whether_she_may(phone)
    then_she_may(phone)
    when_she_books(phone, calendar)
    and_iris_clears_her(desk("iris"))
    and_she_signs_on_her_phone(phone, mail)
    when_she_is_treated(desk, calendar)
    then_she_reads_her_aftercare(phone, mail)
    when_she_reports_redness_on_day_two(phone, mail, calendar)
    and_answers_the_follow_ups(phone, mail, calendar)
    then_she_sees_her_result(phone)


def given_she_reads_about_exosomes(phone: Screen) -> None:
    phone.open("/treatments/exosome-therapy/")
    phone.says("Exosome therapy")
    for anchor in ("overview", "benefits", "contraindications", "results", "evidence", "regulation"):
        expect(phone.page.locator(f"#{anchor}")).to_be_attached()


def when_she_asks_whether_she_may(phone: Screen) -> None:
    phone.press("Am I a candidate?")
    phone.shows("suit you")
    phone.choose("concerns", "fine-lines")
    phone.page.locator('input[name="date_of_birth"]').fill("1985-03-14")
    phone.press("Start the questions")
    assert answer_questions(phone) > 20
    phone.shows("Is this right?")
    phone.press("See my result")


def then_she_may(phone: Screen) -> None:
    phone.is_sound()
    card = phone.page.locator("#exosome-therapymicroneedling")
    expect(card.locator(".chip")).to_have_text(re.compile("suitable|may suit", re.IGNORECASE))


def when_she_books(phone: Screen, calendar: Calendar) -> None:
    phone.page.locator("#exosome-therapymicroneedling").get_by_role("button", name="Choose a time").click()
    phone.shows("Exosome therapy")
    phone.choose("location", "portland")
    phone.press("Show times")
    phone.shows("Choose a time")
    phone.page.get_by_label("With").select_option(label="Noor Haddad")
    phone.press("Show", exact=True)
    tomorrow = calendar.today + timedelta(days=1)
    phone.page.locator(f'button[name="start"][value^="{tomorrow:%Y-%m-%d}T09:00"]').click()
    phone.shows("Who is coming?")
    first, last = NAME.split()
    phone.write("First name", first)
    phone.press("Book this time")
    expect(phone.page.get_by_label("First name")).to_have_value(first)
    phone.is_sound()
    phone.write("Last name", last)
    phone.page.get_by_label("Date of birth").fill("1985-03-14")
    phone.page.get_by_label("E-mail").fill("vera@example.org")
    phone.page.get_by_label("Mobile phone").fill("+1 503 555 0177")
    phone.press("Book this time")
    phone.shows("You are booked")
    phone.says("9:00 AM PST")


def and_iris_clears_her(iris: Screen) -> None:
    iris.open("/desk/candidacy/")
    iris.is_sound()
    iris.page.get_by_role("link", name=re.compile(f"Review.*{NAME}")).first.click()
    iris.shows("Why it is with you")
    iris.choose("outcome", "cleared")
    iris.choose("mode", "video")
    iris.page.locator("#exam").scroll_into_view_if_needed()
    for box in iris.page.locator('#exam input[type="checkbox"]').all():
        box.check()
    groups = {radio.get_attribute("name") for radio in iris.page.locator('#exam input[type="radio"]').all()}
    for group in sorted(name for name in groups if name):
        iris.page.locator(f'input[name="{group}"]').first.check()
    iris.write("Reason", "Seen by video; nothing speaks against it.")
    iris.write("Your full name, typed", "Iris Lindqvist")
    iris.press("Sign and decide")
    iris.page.wait_for_load_state()
    iris.is_sound()


def and_she_signs_on_her_phone(phone: Screen, mail: Mail) -> None:
    phone.open(mail.link("Booked"))
    phone.shows("You are booked")
    phone.press("Read and sign the consent")
    phone.shows("Consent to Exosome therapy")
    phone.press("Sign this consent")
    phone.says("Type your full name to sign.")
    phone.is_sound()
    for tick in phone.page.locator('input[name="acknowledgements"]').all():
        tick.check()
    phone.write("Your full name, typed", NAME)
    phone.press("Sign this consent")
    phone.shows("May we use photographs of you?")
    phone.choose("use_clinical", "yes")
    phone.choose("use_teaching", "no")
    phone.choose("use_public", "no")
    phone.write("Your full name", NAME)
    phone.press("Save my choices")
    phone.says("Your choices about photographs are saved.")


def when_she_is_treated(desk, calendar: Calendar) -> None:
    calendar.turn_to(calendar.today + timedelta(days=1), time(8, 55))
    rosa = desk("rosa")
    rosa.open("/desk/?location=portland")
    rosa.page.get_by_role("link", name=NAME).first.click()
    rosa.press("Check in")
    rosa.page.wait_for_load_state()
    rosa.is_sound()
    noor = desk("noor")
    noor.open("/desk/?location=portland")
    noor.page.get_by_role("link", name=NAME).first.click()
    noor.press("Start the visit")
    noor.shows("Before you begin")
    noor.press("Start the visit")
    _chart(noor)
    noor.page.locator("#id_instructions").fill("Use the cooling mask tonight.")
    noor.write("Your full name, as your signature", "Noor Haddad")
    calendar.wait(minutes=60)
    noor.press("Sign and lock")
    noor.says("The visit is signed.")
    noor.says("unaltered")
    noor.is_sound()


def _chart(noor: Screen) -> None:
    """Go through every step as the screen leads; fill in what it asks, scan the serum, photograph."""
    from vesicle.core.scope import every_clinic
    from vesicle.demo.charting import _value
    from vesicle.protocols.queries import option_of_edition
    from vesicle.treatment.domain import CHARTED_KINDS, areas_of
    from vesicle.treatment.forms import field_name
    from vesicle.treatment.models import Encounter

    dice = random.Random(3)  # noqa: S311  # the same every time
    with every_clinic("the test looks at what the browser charts"):
        encounter = Encounter.objects.select_related("appointment__location").get()
        steps = option_of_edition(encounter.edition_id, encounter.option).option.sections.steps
    looked_at: set[frozenset[str]] = set()
    for step in steps:
        expect(noor.page).to_have_url(re.compile(f"/steps/{step.id}/"))
        noor.says(step.title)
        asks = frozenset(record.kind for record in step.records)
        if asks not in looked_at:
            looked_at.add(asks)
            noor.is_sound()
        for record in step.records:
            if record.kind == "product" and record.required:
                _use(noor, record.need)
            elif record.kind == "photo" and record.required:
                _photograph(noor)
        for record in step.records:
            if record.kind in CHARTED_KINDS and record.required:
                for area in areas_of(record, encounter.areas):
                    value = str(_value(record, encounter.started_at, dice, encounter))
                    _fill(noor, field_name(record.id, area), record.kind, value)
        noor.page.get_by_role("button", name=re.compile("go on", re.IGNORECASE)).click()
    noor.shows("Vera Exemplar")


def _fill(noor: Screen, name: str, kind: str, value: str) -> None:
    field = noor.page.locator(f'[name="{name}"]')
    levels = field.and_(noor.page.locator('[type="radio"]'))
    if kind == "check":
        field.check()
    elif levels.count():
        noor.choose(name, value)
    else:
        field.fill(value)


def _use(noor: Screen, need: str) -> None:
    card = noor.page.locator(f"#product-{need}")
    if need == "exosomes":
        card.get_by_label("Or scan the label, or type the lot code").fill("RV-2408")
        card.get_by_label("Quantity used").fill("2.5")
        card.get_by_role("button", name="Chart this product").click()
        expect(noor.page.locator(f"#product-{need} .error").first).to_contain_text("recall")
        noor.is_sound()
        card = noor.page.locator(f"#product-{need}")
        card.get_by_label("Or scan the label, or type the lot code").fill(SCAN)
    else:
        card.get_by_label("Lot in stock here").select_option(index=1)
    card.get_by_label("Quantity used").fill(str(Decimal(1)))
    card.get_by_role("button", name="Chart this product").click()
    noor.says("The product is charted.")


def _photograph(noor: Screen) -> None:
    from vesicle.demo.pictures import skin

    picture = skin(person=1, tone="II", lines=0.9)
    file = {"name": "skin.jpg", "mimeType": "image/jpeg", "buffer": io.BytesIO(picture.read()).getvalue()}
    noor.page.get_by_label("Photograph", exact=True).set_input_files(file)
    noor.press("Store the photograph")
    noor.says("The photograph is stored.")


def then_she_reads_her_aftercare(phone: Screen, mail: Mail) -> None:
    phone.open(mail.link("Looking after your skin"))
    phone.shows("Looking after your skin")
    phone.says("Use the cooling mask tonight.")
    phone.says("Today is day 0")


def when_she_reports_redness_on_day_two(phone: Screen, mail: Mail, calendar: Calendar) -> None:
    calendar.turn_to(calendar.today + timedelta(days=2))
    phone.open(mail.link("Is the redness fading?"))
    phone.shows("Is the redness fading?")
    phone.choose("OM-REDNESS", "2")
    phone.press("Send my answers")
    phone.says("Tick what is true")
    expect(phone.page.locator('input[name="OM-REDNESS"][value="2"]')).to_be_checked()
    phone.is_sound()
    for name in _scores(phone):
        phone.choose(name, "2" if name == "OM-REDNESS" else "1")
    phone.page.get_by_label("None of these").check()
    phone.press("Send my answers")
    phone.shows("This is what we expect.")


def and_answers_the_follow_ups(phone: Screen, mail: Mail, calendar: Calendar) -> None:
    treated_on = calendar.today - timedelta(days=2)
    for week, change, satisfied in ((3, "1", "6"), (12, "2", "8"), (26, "1", "7")):
        calendar.turn_to(treated_on + timedelta(weeks=week))
        phone.open(mail.link(f"Week {week}"))
        phone.shows("How does it look?")
        for name in _scores(phone):
            phone.choose(name, {"OM-GAIS": change, "OM-VAS-SAT": satisfied}[name])
        phone.press("Send my answers")
        phone.says("Now the photographs, if you like.")
        phone.shows("Your photographs")
        phone.press("Your result")


def _scores(phone: Screen) -> list[str]:
    names = phone.page.locator('input[type="radio"]').evaluate_all("boxes => boxes.map(box => box.name)")
    return list(dict.fromkeys(names))


def then_she_sees_her_result(phone: Screen) -> None:
    phone.shows("Your result")
    card = phone.page.locator("section.card", has=phone.page.get_by_role("heading", name="improvement"))
    expect(card.locator("svg").first).to_be_attached()
    expect(card.locator(".chip").first).to_have_text(re.compile("Not measurable|Real change|Within"))
    expect(phone.page.get_by_text("answer now")).to_have_count(0)
