"""The pages about money: writing a policy, fees and their file, cancelling at the desk and online, results."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from vesicle.core import clock
from vesicle.people import services as people
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, CancellationPolicy, Deposit, Fee, VisitResult
from vesicle.scheduling.tests.money import WORDS, book, open_service, write_policy

S = Appointment.State
TYPED = {
    "words_en": WORDS,
    "words_es": "",
    "late_hours": "24",
    "grace_minutes": "30",
    "late_kind": "fixed",
    "late_value": "49.50",
    "no_show_kind": "share",
    "no_show_value": "100%",
    "free_chances": "1",
    "moves_count": "on",
    "waivers": ["provider", "owner"],
    "deposit_every": "percent",
    "deposit_every_value": "20",
}


@pytest.fixture
def small(on_monday, cast):
    """Alderbrook with a consultation for 120 dollars."""
    from vesicle.treatment.tests.situations import House

    house = House(cast)
    open_service(house)
    return house


def late(house, *, patient="pia", number=0):
    """Let somebody cancel two hours before."""
    booked = book(house, by=patient, patient=patient, policy_accepted=1, number=number)
    with clock.pretend(booked.starts_at - timedelta(hours=2)):
        services.cancel(by=house.actor(patient), appointment=booked, now=clock.now())
    return Fee.objects.latest("pk")


class TestPolicy:
    def test_is_looked_at_first_and_then_counts(self, small, client, as_staff):
        owen = as_staff(client, "owen")
        address = reverse("scheduling_desk:write_policy")
        shown = owen.post(address, TYPED | {"preview": "yes"}).content.decode()
        assert "$49.50" in shown
        assert "every other treatment: 20% of the price" in shown
        assert not CancellationPolicy.objects.exists()
        assert owen.post(address, TYPED | {"publish": "yes"}).status_code == 302
        made = CancellationPolicy.objects.get()
        assert (made.late_value, made.no_show_value, made.free_chances) == (4950, 100, 1)
        assert made.deposits == [{"option": "", "kind": "percent", "value": 20}]
        assert made.waivers == ["provider", "owner"]
        listed = owen.get(reverse("scheduling_desk:policies")).content.decode()
        assert "counts now" in listed
        write_policy(small, deposits=[*made.deposits, {"option": "consultation", "kind": "fixed", "value": 4950}])
        again = owen.get(address).content.decode()
        assert "Deposit: Consultation" in again
        assert 'name="deposit_consultation_value" value="49.50"' in again  # the next version starts from the last

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"late_value": "much"}, "is no amount in USD"),
            ({"no_show_value": "120"}, "from 1 to 100"),
            ({"words_en": ""}, "required"),
            ({"deposit_every_value": ""}, "is no amount in USD"),
        ],
    )
    def test_says_beside_each_field_what_is_wrong(self, small, client, as_staff, change, words):
        answer = as_staff(client, "owen").post(
            reverse("scheduling_desk:write_policy"), TYPED | change | {"publish": "yes"}
        )
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not CancellationPolicy.objects.exists()

    def test_is_for_owner_and_director(self, small, client, as_staff):
        assert as_staff(client, "rosa").get(reverse("scheduling_desk:policies")).status_code == 403


class TestFees:
    def test_are_listed_paid_waived_and_handed_out_as_a_file_that_no_spreadsheet_runs(self, small, client, as_staff):
        write_policy(small)
        small.cast.tam = people.register_patient(
            by=small.actor("rosa"),
            first_name="=HYPERLINK(1)",
            last_name="Tam",
            date_of_birth=date(1980, 1, 1),
            email="tam@example.com",
            time_zone="America/Phoenix",
        )
        first, second = late(small), late(small, patient="tam", number=3)
        rosa = as_staff(client, "rosa")
        page = reverse("scheduling_desk:fees")
        assert rosa.get(page).content.decode().count("$60") >= 4
        one = reverse("scheduling_desk:fee", args=[first.pk])
        assert rosa.post(one, {"pay": "yes", "receipt": ""}).status_code == 422
        assert rosa.post(one, {"pay": "yes", "receipt": "R-1"}).status_code == 302
        other = reverse("scheduling_desk:fee", args=[second.pk])
        refused = rosa.post(other, {"waive": "yes", "reason": "Ill."}, follow=True)
        assert "lets these roles waive" in refused.content.decode()
        noor = as_staff(type(client)(), "noor")
        assert noor.post(other, {"waive": "yes", "reason": "Ill."}).status_code == 302
        rows = list(csv.reader(io.StringIO(rosa.get(f"{page}?format=csv").content.decode())))
        assert rows[0][:3] == ["visit", "patient", "what"]
        assert [(row[1][:2], row[4], row[5], row[7]) for row in rows[1:]] == [
            ("'=", "60.00", "0.00", "waived"),
            ("Pi", "60.00", "0.00", "paid"),
        ]
        assert rows[1][0].endswith("-08:00")
        assert "No fees here" in rosa.get(f"{page}?state=open").content.decode()

    def test_stand_on_the_patients_page(self, small, client, as_staff):
        write_policy(small, free_chances=1)
        late(small)
        late(small, number=3)
        with clock.pretend(clock.now() + timedelta(days=7)):
            shown = as_staff(client, "rosa").get(reverse("desk:patient", args=[small.cast.pia.pk])).content.decode()
        assert "2 late cancellations" in shown
        assert "$60 open" in shown

    def test_a_deposit_is_marked_at_the_desk(self, small, client, as_staff):
        write_policy(small, deposits=[{"option": "consultation", "kind": "percent", "value": 25}])
        book(small, policy_accepted=1)
        deposit = Deposit.objects.get()
        rosa = as_staff(client, "rosa")
        assert "$30" in rosa.get(reverse("scheduling_desk:fees")).content.decode()
        assert rosa.post(reverse("scheduling_desk:deposit", args=[deposit.pk]), {"receipt": "R-9"}).status_code == 302
        deposit.refresh_from_db()
        assert deposit.state == "paid"


class TestCancelling:
    def test_the_desk_says_at_whose_wish_sees_what_it_costs_and_may_waive_it_at_once(self, small, client, as_staff):
        write_policy(small, waivers=["provider"])
        booked = book(small, by="pia", policy_accepted=1)
        address = reverse("scheduling_desk:cancel", args=[booked.pk])
        noor = as_staff(client, "noor")
        with clock.pretend(booked.starts_at - timedelta(hours=2)):
            shown = noor.get(address).content.decode()
            assert "this costs $60" in shown
            assert noor.post(address, {}).status_code == 422
            assert noor.post(address, {"at_wish_of": "patient", "waive": "Her child is ill."}).status_code == 302
        fee = Fee.objects.get()
        assert (fee.amount, fee.entries.get().reason) == (6000, "Her child is ill.")
        booked.refresh_from_db()
        assert booked.state == S.CANCELLED

    def test_a_role_that_may_not_waive_cancels_nothing_by_trying(self, small, client, as_staff):
        write_policy(small, waivers=["provider"])
        booked = book(small, by="pia", policy_accepted=1)
        address = reverse("scheduling_desk:cancel", args=[booked.pk])
        with clock.pretend(booked.starts_at - timedelta(hours=2)):
            answer = as_staff(client, "rosa").post(address, {"at_wish_of": "patient", "waive": "Please."})
        assert answer.status_code == 200
        booked.refresh_from_db()
        assert booked.state == S.BOOKED
        assert not Fee.objects.exists()

    def test_a_patient_is_told_the_fee_before_and_a_fee_that_came_due_meanwhile_is_said_first(
        self, small, client, as_patient
    ):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1)
        pia = as_patient(client, small.cast.pia)
        address = reverse("scheduling:cancel", args=[booked.pk])
        with clock.pretend(booked.starts_at - timedelta(hours=25)):
            assert "cancelling costs nothing" in pia.get(address).content.decode()
        with clock.pretend(booked.starts_at - timedelta(hours=23)):
            asked = pia.post(address)  # sent from the page of two hours ago
            assert "Cancelling now costs $60" in asked.content.decode()
            booked.refresh_from_db()
            assert booked.state == S.BOOKED
            assert "Moving now costs $60" in pia.get(reverse("scheduling:move", args=[booked.pk])).content.decode()
            assert pia.post(address, {"fee": "6000"}).status_code == 302
        booked.refresh_from_db()
        assert booked.state == S.CANCELLED
        assert Fee.objects.get().amount == 6000

    def test_a_patient_reads_what_they_accepted_on_their_appointment(self, small, client, as_patient):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1, language="es")
        write_policy(small, words_en="Another.", words_es="Otra.")
        shown = (
            as_patient(client, small.cast.pia).get(reverse("scheduling:appointment", args=[booked.pk])).content.decode()
        )
        assert "Avísenos un día antes" in shown
        assert "Otra." not in shown


class TestResult:
    def test_a_provider_records_what_a_patch_test_showed(self, small, client, as_staff):
        open_service(small, "patch-test", kind="patch-test", price=0)
        booked = book(small, "patch-test", days=1)
        address = reverse("scheduling_desk:result", args=[booked.pk])
        noor = as_staff(client, "noor")
        with clock.pretend(booked.starts_at):
            services.change_state(by=small.actor("rosa"), appointment=booked, state=S.ARRIVED, now=clock.now())
            assert address in noor.get(reverse("desk:panel", args=[booked.pk])).content.decode()
            answer = noor.post(address, {"outcome": "reaction", "note": ""})
            assert answer.status_code == 422
            assert "Describe what was seen" in answer.content.decode()
            assert noor.post(address, {"outcome": "clear"}).status_code == 302
        assert VisitResult.objects.get().outcome == "clear"
        assert as_staff(type(client)(), "rosa").get(address).status_code == 403
        shown = noor.get(reverse("desk:patient", args=[small.cast.pia.pk])).content.decode()
        assert "patch-test: no reaction" in shown
