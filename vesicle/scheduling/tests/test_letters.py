"""Letters in both languages, the invitation in them, and the pages they lead to."""

import re
from datetime import UTC, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from icalendar import Calendar

from vesicle.core import clock
from vesicle.core.errors import Conflict, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people import messages
from vesicle.people import services as people
from vesicle.people.models import Message
from vesicle.scheduling import preview, queries, services
from vesicle.scheduling.tests.visits import (
    IN_TEN_DAYS,
    NOW,
    book,
    key_of,
    letter,
    open_sundays,
    portland,
    rules,
    speak_spanish,
    write_reminders,
)


@pytest.fixture(autouse=True)
def _monday(cast):
    with clock.pretend(NOW):
        yield


def event_of(message):
    calendar = Calendar.from_ical(message.attachment)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def whole_life(cast):
    """Book, remind, confirm and remind, move, cancel; return every letter."""
    rules(cast, email_before=[2880, 1440], sms_before=[180])
    booked = book(cast)
    write_reminders(IN_TEN_DAYS - timedelta(days=2))
    services.confirm(by=cast.actor("rosa"), appointment=booked, now=NOW)
    write_reminders(IN_TEN_DAYS - timedelta(days=1))
    write_reminders(IN_TEN_DAYS - timedelta(hours=3))
    services.move(by=cast.actor("rosa"), appointment=booked, start=portland(2026, 12, 14, 10, 0), now=NOW)
    services.cancel(by=cast.actor("rosa"), appointment=booked, now=NOW)
    return list(Message.objects.order_by("pk"))


ENGLISH = re.compile(
    r"\b(your|the|you|with|hello|appointment|visit|on|at|is|here|or|tomorrow|december|monday|answer)\b", re.IGNORECASE
)
SPANISH = re.compile(r"\b(su|hola|con|cita|visita|está|aquí|mañana|diciembre|lunes|jueves|responda)\b", re.IGNORECASE)


class TestLanguages:
    def test_a_spanish_patient_reads_no_english_word_of_ours(self, cast):
        speak_spanish(cast.pia)
        letters = whole_life(cast)
        assert len(letters) == 6
        for one in letters:
            ours = re.sub(r"https?://\S+|Alder Street|, OR\n|Alderbrook Skin|hello@", "", f"{one.subject}\n{one.body}")
            assert ENGLISH.findall(ours) == [], one.body
            assert SPANISH.search(ours)
        _, event = event_of(letters[0])
        assert (event["SUMMARY"], event["DESCRIPTION"][:4]) == ("Consulta en Alderbrook Skin", "Ver,")

    def test_an_english_patient_reads_no_spanish_word(self, cast):
        for one in whole_life(cast):
            assert SPANISH.findall(f"{one.subject}\n{one.body}") == []

    def test_the_english_stands_below_where_the_clinic_wants_it(self, cast):
        speak_spanish(cast.pia)
        rules(cast, english_below=True)
        book(cast)
        body = letter("confirmation").body
        assert body.index("Su cita está reservada") < body.index("* * *") < body.index("Your appointment is booked")
        assert letter("confirmation").subject.startswith("Cita reservada")

    def test_a_language_we_have_no_words_in_gets_english_once(self, cast):
        rules(cast, english_below=True)
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, language="vi")
        cast.pia.refresh_from_db()
        book(cast)
        assert letter("confirmation").body.count("Your appointment is booked") == 1

    def test_the_preview_has_every_letter_in_both(self, cast):
        shown = preview.letters("Alderbrook Skin", "+1 503 555 0100", cast.portland, now=NOW)
        assert len(shown) == 11
        for one in shown:
            assert [code for code, _, _ in one.versions] == ["en", "es"]
            english, spanish = (words.body for _, _, words in one.versions)
            assert english != spanish


class TestInvitation:
    def test_keeps_its_identity_and_grows_its_sequence_through_life(self, cast):
        whole = [one for one in whole_life(cast) if one.attachment]
        read = [event_of(one) for one in whole]
        assert [str(calendar["METHOD"]) for calendar, _ in read] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [int(event["SEQUENCE"]) for _, event in read] == [0, 1, 2]
        assert [str(event["STATUS"]) for _, event in read] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert len({str(event["UID"]) for _, event in read}) == 1

    def test_has_what_calendars_insist_on(self, cast):
        booked = book(cast)
        calendar, event = event_of(letter("confirmation"))
        assert event["DTSTAMP"].dt == NOW
        assert event["DTSTAMP"].to_ical().endswith(b"Z")
        assert str(event["ORGANIZER"]) == "mailto:hello@alderbrook.example"
        assert str(event["ATTENDEE"]) == "mailto:pia@example.org"
        assert event["ATTENDEE"].params["CN"] == "Pia Sørensen"
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (booked.starts_at, booked.ends_at)
        assert event["DTSTART"].params["TZID"] == "America/Los_Angeles"
        assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Los_Angeles"]
        raw = letter("confirmation").attachment
        assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
        assert calendar.walk("VALARM") == []

    @pytest.mark.parametrize("start", [(2027, 3, 14, 9, 0), (2027, 3, 13, 9, 0), (2027, 3, 15, 9, 0)])
    def test_its_own_zone_rules_tell_the_same_moment(self, cast, start):
        open_sundays(cast)
        book(cast, portland(*start))
        calendar, event = event_of(letter("confirmation"))
        [zone] = calendar.walk("VTIMEZONE")
        wall = event["DTSTART"].dt.replace(tzinfo=None)
        assert wall.replace(tzinfo=zone.to_tz()).astimezone(UTC) == portland(*start)

    def test_travels_as_calendars_recognize_it(self, cast):
        book(cast)
        messages.send_due(now=NOW)
        raw = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)
        [part] = [part for part in raw.walk() if part.get_content_type() == "text/calendar"]
        assert part.get_param("method") == "REQUEST"
        assert Calendar.from_ical(part.get_content()).walk("VEVENT")

    def test_without_an_address_it_is_published(self, cast):
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, email="")
        cast.pia.refresh_from_db()
        book(cast)
        calendar, event = event_of(letter("confirmation"))
        assert (str(calendar["METHOD"]), "ATTENDEE" in event) == ("PUBLISH", False)

    def test_the_file_on_the_page_is_the_same_event(self, cast, client):
        booked = book(cast)
        key = key_of(cast, booked)
        page = client.get(f"/book/a/{key}/calendar.ics")
        event = Calendar.from_ical(page.content).walk("VEVENT")[0]
        assert event["UID"] == event_of(letter("confirmation"))[1]["UID"]
        services.cancel(by=cast.actor("rosa"), appointment=booked, now=NOW)
        assert b"STATUS:CANCELLED" in client.get(f"/book/a/{key}/calendar.ics").content


class TestConfirm:
    def test_the_reminder_leads_to_a_page_with_a_button(self, cast, client):
        booked = book(cast)
        write_reminders(IN_TEN_DAYS - timedelta(days=1))
        [address] = re.findall(r"(/book/a/\S+/confirm/)", letter("reminder").body)
        page = client.get(address)
        assert "I will come" in page.content.decode()
        booked.refresh_from_db()
        assert booked.confirmed_at is None  # looking at a link is not an answer
        after = client.post(address, follow=True).content.decode()
        booked.refresh_from_db()
        assert (booked.confirmed_at, booked.is_confirmed) == (NOW, True)
        assert "You confirmed on Monday, November 30, 9:00 AM PST." in after
        assert "I will come" not in after
        entry = AuditEntry.objects.get(code="appointment.confirmed")
        assert (entry.actor_name, entry.detail) == ("Pia Sørensen", {"way": "link"})
        assert "You confirmed on" in client.get(address).content.decode()

    def test_twice_is_once(self, cast):
        booked = book(cast)
        for later in (0, 1):
            services.confirm(by=cast.actor("pia"), appointment=booked, now=NOW + timedelta(hours=later))
        booked.refresh_from_db()
        assert booked.confirmed_at == NOW
        assert AuditEntry.objects.filter(code="appointment.confirmed").count() == 1

    def test_a_move_takes_it_back(self, cast):
        booked = book(cast)
        services.confirm(by=cast.actor("pia"), appointment=booked, now=NOW)
        services.move(by=cast.actor("rosa"), appointment=booked, start=portland(2026, 12, 14, 10, 0), now=NOW)
        booked.refresh_from_db()
        assert not booked.is_confirmed

    def test_not_what_is_cancelled_past_or_somebody_elses(self, cast, client):
        booked = book(cast)
        with pytest.raises(NotFound):
            services.confirm(by=cast.actor("tam"), appointment=booked, now=NOW)
        with pytest.raises((NotFound, NotPermitted)):
            services.confirm(by=cast.actor("otto"), appointment=booked, now=NOW)
        with pytest.raises(Conflict):
            services.confirm(by=cast.actor("pia"), appointment=booked, now=IN_TEN_DAYS)
        services.cancel(by=cast.actor("rosa"), appointment=booked, now=NOW)
        key = key_of(cast, booked)
        assert "not to come any more" in client.get(f"/book/a/{key}/confirm/").content.decode()
        assert client.post(f"/book/a/{key}/confirm/").status_code == 409
        booked.refresh_from_db()
        assert not booked.is_confirmed

    def test_the_day_shows_it(self, cast):
        booked = book(cast)
        services.confirm(by=cast.actor("rosa"), appointment=booked, now=NOW, way="phone")
        [row] = queries.day(cast.actor("rosa"), "portland", IN_TEN_DAYS.date(), now=NOW)
        assert row.is_confirmed

    def test_the_next_reminder_thanks_instead_of_asking(self, cast):
        rules(cast, email_before=[1440], sms_before=[180])
        booked = book(cast)
        services.confirm(by=cast.actor("pia"), appointment=booked, now=NOW)
        write_reminders(IN_TEN_DAYS - timedelta(days=1))
        assert "/confirm/" not in letter("reminder").body
        assert "Thank you for telling us" in letter("reminder").body
        write_reminders(IN_TEN_DAYS - timedelta(hours=3))
        assert "YES" not in letter("reminder").body


class TestPages:
    @pytest.mark.parametrize("page", ["", "move/", "cancel/", "confirm/"])
    def test_speak_as_the_letter_does_and_change_when_asked(self, cast, client, page):
        speak_spanish(cast.pia)
        address = f"/book/a/{key_of(cast, book(cast))}/{page}"
        spanish = client.get(address).content.decode()
        assert '<html lang="es"' in spanish
        assert "jueves 10 de diciembre, 2:00 p.m. PST" in spanish
        ours = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", spanish, flags=re.DOTALL)
        known = r"Alder Street|Portland, OR|English|Noor Haddad|In an emergency call 911\."
        assert ENGLISH.findall(re.sub(known, "", ours.partition("<body")[2] or ours)) == []
        assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in spanish
        english = client.get(f"{address}?lang=en").content.decode()
        assert '<html lang="en' in english
        assert "Thursday, December 10, 2:00 PM PST" in english
        assert '<html lang="en' in client.get(address).content.decode()  # remembered

    def test_acting_answers_in_their_language(self, cast, client):
        speak_spanish(cast.pia)
        address = f"/book/a/{key_of(cast, book(cast))}/"
        assert "Gracias por avisarnos." in client.post(f"{address}confirm/", follow=True).content.decode()
        assert "Su cita está cancelada." in client.post(f"{address}cancel/", follow=True).content.decode()

    def test_other_pages_stay_english(self, cast, client):
        speak_spanish(cast.pia)
        client.get(f"/book/a/{key_of(cast, book(cast))}/")
        assert '<html lang="en' in client.get("/my/sign-in/").content.decode()


class TestSettingsPage:
    def test_sets_times_and_shows_every_letter(self, cast, client, as_staff):
        book(cast)
        rosa = as_staff(client, "rosa")
        page = rosa.get("/desk/appointments/messages/").content.decode()
        assert 'value="1 day"' in page
        assert "Su cita está reservada" in page
        answer = rosa.post(
            "/desk/appointments/messages/",
            {"email_before": "7 days, 48 hours", "sms_before": "3 hours", "cancel_by_reply": "on"},
        )
        assert answer.status_code == 302
        page = rosa.get("/desk/appointments/messages/").content.decode()
        assert 'value="7 days, 2 days"' in page
        assert 'value="3 hours"' in page

    def test_keeps_what_was_typed_and_says_what_is_wrong(self, cast, client, as_staff):
        answer = as_staff(client, "owen").post("/desk/appointments/messages/", {"email_before": "soon"})
        assert answer.status_code == 422
        assert "“soon” is no time" in answer.content.decode()

    def test_is_not_for_everybody(self, cast, client, as_staff):
        assert as_staff(client, "ines").get("/desk/appointments/messages/").status_code == 403


class TestChoosing:
    @pytest.mark.parametrize(("chosen", "is_text"), [("es", True), ("", False), ("xx", None)])
    def test_language_and_texts_are_chosen_while_booking(self, cast, chosen, is_text):
        from vesicle.scheduling.forms import DetailsForm

        given = {"first_name": "Ana", "last_name": "Ruiz", "date_of_birth": "1990-05-01", "email": "ana@example.org"}
        form = DetailsForm(
            given | {"language": chosen} | ({"sms_allowed": "on", "phone": "503 555 0177"} if is_text else {})
        )
        assert form.is_valid() is (is_text is not None)
        if is_text is not None:
            patient = people.find_or_register(by=cast.actor("visitor"), time_zone="UTC", **form.cleaned_data)
            assert (patient.language, patient.sms_allowed) == (chosen or "en", is_text)
