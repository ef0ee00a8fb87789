"""The pages of courses and of visits with several parts: the desk's, and putting two things together online."""

from datetime import timedelta

import pytest

from vesicle.candidacy.services import token_for
from vesicle.clinic import services as clinics
from vesicle.core import clock
from vesicle.people.links import make_link
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, Series
from vesicle.treatment.tests.situations import PLAIN, Path


@pytest.fixture(autouse=True)
def consultations(house):
    services.add_service(
        by=house.actor("owen"),
        slug="talk",
        name="Talk",
        kind="consultation",
        minutes=20,
        needs=["room", "provider"],
        price=0,
    )


@pytest.fixture
def pia(house):
    return Path(house, house.cast.pia, option=PLAIN).cleared()


def test_the_desk_plans_books_moves_and_cancels_a_course(pia, client, as_staff):
    rosa, patient = as_staff(client, "rosa"), pia.patient.pk
    start = pia.free_times(by=pia.house.actor("rosa"))[4].start
    asked = {"option": PLAIN, "location": "portland", "first": start.date().isoformat(), "areas": "full-face"}
    answer = rosa.post(
        f"/desk/patients/{patient}/book/?" + "&".join(f"{k}={v}" for k, v in asked.items()),
        {"start": start.isoformat(), "course": "1"},
    )
    page = rosa.get(answer.headers["Location"])
    assert page.status_code == 200
    rows = page.context["rows"]
    assert len(rows) == 3
    given = {"option": PLAIN, "location": "portland", "areas": ["full-face"], "start": start.isoformat()}
    given |= {"sessions": "3", "provider": "same", "s": [row.start.isoformat() for row in rows[1:]]}
    answer = rosa.post(f"/desk/appointments/patients/{patient}/course/", given)
    series = Series.objects.get()
    assert answer.headers["Location"] == f"/desk/appointments/series/{series.pk}/"
    html = rosa.get(answer.headers["Location"]).content.decode()
    assert "Session 3" in html
    assert "Course, session 2" in rosa.get(f"/desk/patients/{patient}/").content.decode()

    to = (rows[2].start + timedelta(days=1)).isoformat()
    shift = f"/desk/appointments/series/{series.pk}/3/shift/"
    page = rosa.get(shift, {"start": to})
    assert "stays" in page.content.decode()
    third = Appointment.objects.get(position=3)
    assert "At whose wish?" in page.content.decode()
    unsaid = rosa.post(shift, {"start": to, f"to-{third.pk}": to})
    assert "Say at whose wish it moves." in unsaid.content.decode()
    answer = rosa.post(shift, {"start": to, f"to-{third.pk}": to, "at_wish_of": "patient"})
    assert answer.status_code == 302
    third.refresh_from_db()
    assert third.starts_at == rows[2].start + timedelta(days=1)
    far = (rows[2].start + timedelta(days=20)).isoformat()
    rosa.post(shift, {"start": far, "only": str(third.pk), "at_wish_of": "clinic"})
    third.refresh_from_db()
    assert third.starts_at == rows[2].start + timedelta(days=1), "alone it would be too far from the second"

    rosa.post(f"/desk/appointments/series/{series.pk}/", {"wish": "clinic", "reason": "Moving away."})
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_patient_adds_a_consultation_to_the_same_visit_and_cancels_both(pia, client):
    token = token_for(by=pia.me, screening=pia.screening)
    start_page = client.get("/book/", {"option": PLAIN, "screening": token}).content.decode()
    assert '<option value="talk">' in start_page
    asked = {"option": PLAIN, "also": "talk", "areas": "full-face", "location": "portland", "screening": token}
    page = client.get("/book/", asked, follow=True)
    assert "Talk, then Microneedling" in page.content.decode()
    slot = next(slot for day in page.context["days"] for slot in day.slots)
    asked["start"] = slot.start.isoformat()
    assert client.get("/book/together/", asked).status_code == 200
    assert client.post("/book/together/", asked).status_code == 422, "nobody has said who is coming"
    details = {"first_name": "Pia", "last_name": "Sørensen", "date_of_birth": "1986-04-12", "email": "pia@example.org"}
    answer = client.post("/book/together/", asked | details)
    talk, plain = Appointment.objects.order_by("starts_at")
    assert (talk.option, plain.option, talk.visit) == ("talk", PLAIN, plain.visit)
    address = answer.headers["Location"]
    html = client.get(address).content.decode()
    assert "All of this visit" in html
    assert client.get(f"{address}visit/move/").status_code == 200
    assert "Cancel the whole visit?" in client.get(f"{address}visit/cancel/").content.decode()
    client.post(f"{address}visit/cancel/")
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_provider_puts_two_treatments_together_with_a_reason_and_the_desk_may_not(pia, client, as_staff):
    page = f"/desk/appointments/patients/{pia.patient.pk}/visit/"
    asked = {"first": "talk", "then": PLAIN, "areas": ["full-face"], "location": "portland", "pause": "10"}
    asked |= {"on": (clock.now().date() + timedelta(days=1)).isoformat(), "reason": ""}
    rosa = as_staff(client, "rosa")
    assert "Show times" in rosa.get(page).content.decode()
    shown = rosa.get(page, asked)
    slot = next(slot for day in shown.context["days"] for slot in day.slots)
    assert rosa.post(page, asked | {"start": slot.start.isoformat()}).status_code == 302
    talk, plain = Appointment.objects.order_by("starts_at")
    assert plain.starts_at - talk.ends_at == timedelta(minutes=10)
    assert rosa.get(page, asked | {"areas": []}).status_code == 422


def test_a_plan_without_a_day_says_why(pia, client):
    held = services.hold(
        by=pia.me,
        option_id=PLAIN,
        areas=pia.areas,
        location_id=pia.where.pk,
        start=pia.free_times()[4].start,
        now=clock.now(),
        provider_id=pia.house.cast.noor_column.pk,
        screening=pia.screening,
    )
    clinics.close(
        by=pia.house.actor("system"),
        resource=pia.house.cast.noor_column,
        start=held.starts_at + timedelta(days=1),
        end=held.starts_at + timedelta(days=300),
        reason="Leave",
    )
    token = make_link(by=pia.me, patient=None, purpose="hold", subject_id=held.pk, valid_for=timedelta(hours=2))
    html = client.get(f"/book/hold/{token}/course/").content.decode()
    assert "Nothing is free for session 2" in html
    assert "Plan with whoever is free" in html
    assert "Your plan" in client.get(f"/book/hold/{token}/course/?provider=any").content.decode()
