"""Deposits at the desk and by card: the real Stripe library against a payment service on this machine."""

from datetime import timedelta

import pytest
from django.urls import reverse

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.core.models import AuditEntry
from vesicle.people.models import Message
from vesicle.scheduling import deposits, money_queries, registration, services
from vesicle.scheduling.models import Appointment, Deposit, DepositEvent, Fee, FeeEntry
from vesicle.scheduling.prepayment import MAY_BECOME, still_to_return
from vesicle.scheduling.tests.money import book, free, notice, open_service, payments, write_policy

S, D = Appointment.State, Deposit.State
EACH = [{"option": "consultation", "kind": "fixed", "value": 5000}]


@pytest.fixture
def small(on_monday, cast):
    """Alderbrook with a consultation for 120 dollars that asks for a deposit of 50."""
    from vesicle.treatment.tests.situations import House

    house = House(cast)
    open_service(house)
    write_policy(house, deposits=EACH)
    return house


@pytest.fixture
def stripe(small):
    """The payment service, with our keys set."""
    with payments() as service:
        yield service


def hold(house, *, by="pia", number=0):
    return services.hold(
        by=house.actor(by),
        option_id="consultation",
        areas=[],
        location_id=house.cast.portland.pk,
        start=free(house, number=number),
        now=clock.now(),
    )


def start(house, held, *, by="pia", patient="pia"):
    return registration.pay_for(
        by=house.actor(by),
        appointment=held,
        patient=getattr(house.cast, patient),
        details=None,
        note="Window seat.",
        policy_accepted=1,
        now=clock.now(),
        token="a-token",
    )


def tell(client, session, kind="checkout.session.completed"):
    body, signature = notice(session, kind)
    return client.post(
        "/book/stripe/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
    )


class TestDesk:
    def test_is_asked_for_when_booked_and_marked_as_paid_once_with_a_receipt(self, small):
        booked = book(small, by="pia", policy_accepted=1)
        deposit = Deposit.objects.get(appointment=booked)
        assert (deposit.state, deposit.amount, deposit.currency, deposit.backend) == (D.ASKED, 5000, "USD", "desk")
        with pytest.raises(Invalid):
            services.mark_paid(by=small.actor("rosa"), deposit=deposit, receipt=" ", now=clock.now())
        services.mark_paid(by=small.actor("rosa"), deposit=deposit, receipt="R-7", now=clock.now())
        with pytest.raises(Conflict):
            services.mark_paid(by=small.actor("rosa"), deposit=deposit, receipt="R-8", now=clock.now())
        assert [row.receipt for row in DepositEvent.objects.order_by("pk")] == ["", "R-7"]

    def test_goes_back_when_cancelled_in_time_or_by_the_clinic_and_pays_the_fee_when_late(self, small):
        rosa = small.actor("rosa")
        ends = []
        for number, (hours, wish) in enumerate([(30, "patient"), (2, "clinic"), (2, "patient")]):
            booked = book(small, by="pia", policy_accepted=1, number=2 * number)
            deposit = Deposit.objects.get(appointment=booked)
            services.mark_paid(by=rosa, deposit=deposit, receipt="R", now=clock.now())
            with clock.pretend(booked.starts_at - timedelta(hours=hours)):
                services.cancel(by=rosa, appointment=booked, now=clock.now(), at_wish_of=wish)
            deposit.refresh_from_db()
            ends.append((deposit.state, deposit.returned))
        assert ends == [(D.REFUND_DUE, 5000), (D.REFUND_DUE, 5000), (D.KEPT, 0)]
        row = money_queries.fees(rosa)[0]
        assert (row.fee.amount, row.left.amount, row.entries[0].kind) == (6000, 1000, FeeEntry.Kind.DEPOSIT)
        waiting = Deposit.objects.filter(state=D.REFUND_DUE).first()
        services.mark_returned(by=rosa, deposit=waiting, receipt="B-1", now=clock.now())
        with pytest.raises(Conflict):
            services.mark_returned(by=rosa, deposit=waiting, receipt="B-2", now=clock.now())

    def test_what_a_waived_fee_had_taken_of_it_goes_back(self, small):
        booked = book(small, by="pia", policy_accepted=1)
        deposit = Deposit.objects.get()
        services.mark_paid(by=small.actor("rosa"), deposit=deposit, receipt="R", now=clock.now())
        with clock.pretend(booked.starts_at - timedelta(hours=2)):
            services.cancel(by=small.actor("pia"), appointment=booked, now=clock.now())
            services.waive_fee(by=small.actor("noor"), fee=Fee.objects.get(), reason="Ill.", now=clock.now())
        deposit.refresh_from_db()
        assert (deposit.state, deposit.returned) == (D.REFUND_DUE, 5000)

    def test_without_keys_nothing_is_offered_online_and_webhooks_lead_nowhere(self, small, client):
        assert deposits.online() is None
        assert not deposits.pays_online("USD")
        assert client.post("/book/stripe/", data="{}", content_type="application/json").status_code == 404
        with pytest.raises(Conflict):
            start(small, hold(small))

    def test_a_state_leads_only_where_the_table_says(self):
        assert set(MAY_BECOME) == set(D.values)
        assert all(set(after) <= set(D.values) for after in MAY_BECOME.values())


class TestPaying:
    def test_a_patient_pays_first_and_the_hold_is_booked_when_the_money_arrives(self, small, stripe, client):
        held = hold(small)
        with pytest.raises(Blocked) as closed:
            services.book(
                by=small.actor("pia"), appointment=held, patient=small.cast.pia, now=clock.now(), policy_accepted=1
            )
        assert (closed.value.code, closed.value.standing.gate) == ("deposit-due", "deposit")
        deposit = start(small, held)
        session = stripe.sessions[deposit.session]
        assert (session["amount_total"], session["currency"]) == (5000, "usd")
        assert "/book/paid/" in session["success_url"]
        assert tell(client, stripe.pay(deposit.session)).status_code == 200
        held.refresh_from_db()
        deposit.refresh_from_db()
        assert (held.state, held.patient, held.note) == (S.BOOKED, small.cast.pia, "Window seat.")
        assert (deposit.state, held.policy_acceptance.policy.number) == (D.PAID, 1)
        assert Message.objects.filter(kind="appointment-confirmation").count() == 1

    def test_asking_again_opens_the_same_page_until_it_ends(self, small, stripe):
        held = hold(small)
        first = start(small, held)
        assert start(small, held).session == first.session
        with clock.pretend(clock.now() + timedelta(minutes=40)):
            assert start(small, held).session != first.session
        assert len(stripe.sessions) == 2
        assert Deposit.objects.count() == 1

    @pytest.mark.parametrize("order", ["webhook first", "return first", "three times"])
    def test_whoever_tells_us_first_there_is_one_booking_and_one_deposit(self, small, stripe, client, order):
        held = hold(small)
        deposit = start(small, held)
        session = stripe.pay(deposit.session)
        back = session["success_url"].removeprefix("http://localhost:8000")
        if order == "webhook first":
            steps = [lambda: tell(client, session), lambda: client.get(back)]
        elif order == "return first":
            steps = [lambda: client.get(back), lambda: tell(client, session)]
        else:
            steps = [lambda: tell(client, session)] * 3
        answers = [step().status_code for step in steps]
        assert set(answers) <= {200, 302}
        assert Appointment.objects.filter(state=S.BOOKED).count() == 1
        assert list(Deposit.objects.values_list("state", flat=True)) == [D.PAID]
        assert DepositEvent.objects.filter(state=D.PAID).count() == 1
        assert stripe.refunds == []

    def test_a_hold_that_lapsed_while_paying_is_booked_where_its_time_is_still_free(self, small, stripe, client):
        held = hold(small)
        deposit = start(small, held)
        with clock.pretend(clock.now() + timedelta(minutes=15)):
            assert services.release_stale_holds(now=clock.now()) == 1
            tell(client, stripe.pay(deposit.session))
        booked = Appointment.objects.get(state=S.BOOKED)
        assert (booked.starts_at, booked.patient) == (held.starts_at, small.cast.pia)
        deposit.refresh_from_db()
        assert (deposit.appointment, deposit.state) == (booked, D.PAID)
        assert stripe.refunds == []

    def test_where_the_time_was_given_away_the_money_goes_back_at_once_with_kind_words_and_free_times(
        self, small, stripe, client
    ):
        held = hold(small)
        deposit = start(small, held)
        with clock.pretend(clock.now() + timedelta(minutes=15)):
            for name in ("iris", "noor"):
                services.book_at(
                    by=small.actor("rosa"),
                    option_id="consultation",
                    areas=[],
                    location_id=small.cast.portland.pk,
                    start=held.starts_at,
                    patient=small.cast.tam,
                    provider_id=getattr(small.cast, f"{name}_column").pk,
                    now=clock.now(),
                )
            session = stripe.pay(deposit.session)
            page = client.get(session["success_url"].removeprefix("http://localhost:8000"))
            tell(client, session)
        deposit.refresh_from_db()
        assert deposit.state == D.REFUNDED
        assert stripe.refunds == [(session["payment_intent"], 5000)]
        assert "on its way back" in page.content.decode()
        assert "These times are free" in page.content.decode()
        letter = Message.objects.get(kind="deposit-returned")
        assert "$50" in letter.body
        assert not Appointment.objects.filter(patient=small.cast.pia, state=S.BOOKED).exists()

    def test_a_refund_that_fails_is_sent_again_by_the_worker_and_only_once(self, small, stripe, client):
        booked = self.paid(small, stripe, client)
        services.cancel(by=small.actor("pia"), appointment=booked, now=clock.now())
        stripe.is_down = True
        assert services.settle_open_payments(now=clock.now()) == 0
        stripe.is_down = False
        assert services.settle_open_payments(now=clock.now()) == 1
        assert services.settle_open_payments(now=clock.now()) == 0
        assert [amount for _, amount in stripe.refunds] == [5000]
        assert Deposit.objects.get().state == D.REFUNDED

    def test_a_payment_nobody_told_us_about_is_found_by_the_worker(self, small, stripe):
        deposit = start(small, hold(small))
        stripe.pay(deposit.session)
        with clock.pretend(clock.now() + timedelta(minutes=40)):
            services.release_stale_holds(now=clock.now())
            assert services.settle_open_payments(now=clock.now()) == 1
        assert Appointment.objects.filter(state=S.BOOKED, patient=small.cast.pia).count() == 1

    def test_a_page_that_ends_unpaid_ends_the_deposit_of_a_hold(self, small, stripe, client):
        deposit = start(small, hold(small))
        session = stripe.sessions[deposit.session] | {"status": "expired"}
        tell(client, session, "checkout.session.expired")
        deposit.refresh_from_db()
        assert deposit.state == D.DROPPED
        tell(client, stripe.pay(deposit.session))  # paid all the same, with the time still held
        assert Appointment.objects.filter(state=S.BOOKED).count() == 1

    def test_paid_at_the_desk_and_by_card_the_second_goes_back(self, small, stripe, client):
        booked = book(small, by="rosa", policy_accepted=1)
        deposit = services.start_payment(
            by=small.actor("pia"),
            appointment=booked,
            patient=small.cast.pia,
            now=clock.now(),
            back_to="http://localhost:8000/book/paid/{deposit}/",
            give_up_to="http://localhost:8000/my/",
        )
        services.mark_paid(by=small.actor("rosa"), deposit=deposit, receipt="R-1", now=clock.now())
        session = stripe.pay(deposit.session)
        tell(client, session)
        tell(client, session)
        assert stripe.refunds == [(session["payment_intent"], 5000)]
        deposit.refresh_from_db()
        assert deposit.state == D.PAID

    def test_nobody_pays_for_what_they_may_not_have(self, small, stripe):
        from vesicle.people import services as people

        people.place_hold(by=small.actor("iris"), patient=small.cast.pia, reason="Allergy.", at=clock.now())
        with pytest.raises(Blocked) as closed:
            start(small, hold(small))
        assert closed.value.code == "patient-on-hold"
        assert stripe.sessions == {}

    @pytest.mark.parametrize("wrong", ["", "t=1,v1=00", "nonsense"])
    def test_a_notice_that_stripe_did_not_sign_changes_nothing(self, small, stripe, client, wrong):
        deposit = start(small, hold(small))
        body, _ = notice(stripe.pay(deposit.session))
        answer = client.post(
            "/book/stripe/", data=body, content_type="application/json", headers={"Stripe-Signature": wrong}
        )
        assert answer.status_code == 400
        deposit.refresh_from_db()
        assert deposit.state == D.ASKED

    def test_a_notice_about_somebody_elses_session_is_noted_and_forgotten(self, small, stripe, client):
        deposit = start(small, hold(small))
        session = stripe.pay(deposit.session) | {"client_reference_id": "order-17"}
        assert tell(client, session).status_code == 200
        deposit.refresh_from_db()
        assert deposit.state == D.ASKED

    def test_another_amount_than_was_asked_goes_back(self, small, stripe, client):
        deposit = start(small, hold(small))
        tell(client, stripe.pay(deposit.session) | {"amount_total": 100})
        deposit.refresh_from_db()
        assert deposit.state == D.ASKED
        assert [amount for _, amount in stripe.refunds] == [100]

    def test_a_service_that_cannot_be_reached_is_said_and_nothing_is_booked(self, small, stripe):
        stripe.is_down = True
        with pytest.raises(Conflict, match="payment service"):
            start(small, hold(small))
        assert not Appointment.objects.filter(state=S.BOOKED).exists()

    def paid(self, small, stripe, client):
        held = hold(small)
        tell(client, stripe.pay(start(small, held).session))
        return Appointment.objects.get(pk=held.pk)


class TestRefundThatFails:
    @pytest.fixture
    def returned(self, small, stripe, client):
        """A deposit that went back to the card, and what Stripe says of the refund."""
        tell(client, stripe.pay(start(small, hold(small)).session))
        services.cancel(by=small.actor("pia"), appointment=Appointment.objects.get(state=S.BOOKED), now=clock.now())
        services.settle_open_payments(now=clock.now())
        deposit = Deposit.objects.get()
        assert deposit.state == D.REFUNDED
        return deposit

    def failed(self, stripe, **more):
        return stripe.refund_objects[-1] | {"status": "failed", "failure_reason": "lost_or_stolen_card"} | more

    @pytest.mark.parametrize("kinds", [["refund.failed"], ["refund.updated"], ["refund.updated", "refund.failed"] * 2])
    def test_is_marked_once_however_often_it_is_told(self, small, stripe, client, returned, kinds):
        for kind in kinds:
            assert tell(client, self.failed(stripe), kind).status_code == 200
        returned.refresh_from_db()
        assert returned.state == D.REFUND_FAILED
        event = DepositEvent.objects.get(state=D.REFUND_FAILED)
        assert (event.receipt, event.amount) == ("re_1", 5000)
        assert "lost or stolen card" in event.note
        assert AuditEntry.objects.filter(code="deposit.refund-failed").count() == 1
        assert services.settle_open_payments(now=clock.now()) == 0
        assert len(stripe.refunds) == 1, "the card refused it; nothing is sent there again"

    def test_staff_see_it_with_what_to_do_and_note_how_else_it_went_back(
        self, small, stripe, client, returned, as_staff
    ):
        tell(client, self.failed(stripe), "refund.failed")
        rosa = as_staff(client, "rosa")
        assert "the card refused it" in rosa.get("/desk/appointments/fees/").content.decode()
        address = reverse("scheduling_desk:deposit", args=[returned.pk])
        page = rosa.get(address).content.decode()
        assert "$50 did not reach the card" in page
        assert "lost or stolen card" in page
        assert "goes back to the card by itself" not in page
        assert "could not be given back" in rosa.get(f"/desk/patients/{returned.patient_id}/").content.decode()
        rosa.post(address, {"receipt": "CASH-9"})
        returned.refresh_from_db()
        assert returned.state == D.REFUNDED
        assert DepositEvent.objects.latest("pk").amount == 5000
        tell(client, self.failed(stripe), "refund.failed")
        returned.refresh_from_db()
        assert returned.state == D.REFUNDED, "old news of a refund that was made good"

    def test_news_that_comes_before_our_own_note_counts_and_nothing_is_owed_twice(
        self, small, stripe, client, returned
    ):
        tell(client, stripe.pay(start(small, hold(small, number=2)).session))
        services.cancel(by=small.actor("pia"), appointment=Appointment.objects.get(state=S.BOOKED), now=clock.now())
        due = Deposit.objects.get(state=D.REFUND_DUE)
        reference = {"deposit": f"{due.clinic_id}.{due.pk}"}
        early = self.failed(stripe, id="re_2", payment_intent=due.payment, metadata=reference)
        tell(client, early, "refund.failed")  # our own request is still waiting for its answer
        services.give_back(by=Actor.system(due.clinic_id, "payments"), deposit=due, now=clock.now())
        due.refresh_from_db()
        assert due.state == D.REFUND_FAILED
        assert still_to_return(due) == 5000

    def test_a_refund_that_fails_at_once_is_not_asked_for_again_and_again(self, small, stripe, client):
        stripe.refund_status = "failed"
        tell(client, stripe.pay(start(small, hold(small)).session))
        services.cancel(by=small.actor("pia"), appointment=Appointment.objects.get(state=S.BOOKED), now=clock.now())
        for _ in range(3):
            services.settle_open_payments(now=clock.now())
        deposit = Deposit.objects.get()
        assert deposit.state == D.REFUND_FAILED
        assert still_to_return(deposit) == 5000
        assert len(stripe.refunds) == 1

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            ({"status": "pending"}, "refund.updated"),
            ({"metadata": {}}, "refund.failed"),
            ({"metadata": {"deposit": "1.999999"}}, "refund.failed"),
            ({"payment_intent": "pi_of_somebody_else"}, "refund.failed"),
        ],
    )
    def test_other_news_changes_nothing(self, small, stripe, client, returned, change, kind):
        assert tell(client, self.failed(stripe, **change), kind).status_code == 200
        returned.refresh_from_db()
        assert returned.state == D.REFUNDED

    def test_without_stripes_signature_it_is_refused(self, small, stripe, client, returned):
        body, signature = notice(self.failed(stripe), "refund.failed")
        answer = client.post(
            "/book/stripe/",
            data=body.replace("lost", "last"),
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )
        assert answer.status_code == 400
        returned.refresh_from_db()
        assert returned.state == D.REFUNDED


class TestPages:
    def test_a_visitor_accepts_the_policy_pays_and_is_led_to_their_appointment(self, small, stripe, client):
        page = client.get("/book/visits/consultation/?location=portland&from=2026-12-03")
        assert "Consultation" in page.content.decode()
        answer = client.post(
            "/book/visits/consultation/", {"location": "portland", "start": free(small, by="visitor").isoformat()}
        )
        details = answer.headers["Location"]
        shown = client.get(details).content.decode()
        assert "half the price is due" in shown
        assert "A deposit of $50" in shown
        who = {
            "first_name": "Vera",
            "last_name": "Long",
            "date_of_birth": "1990-01-02",
            "email": "vera@example.org",
            "phone": "",
        }
        refused = client.post(details, who)
        assert refused.status_code == 422
        assert "Please accept this to book" in refused.content.decode()
        pay = client.post(details, who | {"policy": "1"}).headers["Location"]
        deposit = Deposit.objects.get()
        assert deposit.checkout_url in client.get(pay).content.decode()
        session = stripe.sessions[deposit.session]
        back = session["success_url"].removeprefix("http://localhost:8000")
        assert "not heard of your payment yet" in client.get(back).content.decode()
        stripe.pay(deposit.session)
        mine = client.get(back).headers["Location"]
        shown = client.get(mine).content.decode()
        assert "You are booked" in shown
        assert "Version 1, accepted online" in shown
        assert client.get(back[:-5] + "xxxx/").status_code == 404

    def test_a_patient_pays_for_what_the_desk_booked(self, small, stripe, client, as_patient):
        booked = book(small, by="rosa", policy_accepted=1)
        pia = as_patient(client, small.cast.pia)
        mine = reverse("scheduling:appointment", args=[booked.pk])
        assert "Pay the deposit of $50" in pia.get(mine).content.decode()
        pay = reverse("scheduling:pay", args=[booked.pk])
        assert pia.get(pay).status_code == 200
        assert pia.post(pay).status_code == 302
        deposit = Deposit.objects.get()
        assert deposit.checkout_url in pia.get(pay).content.decode()
        stripe.pay(deposit.session)
        services.look_again(by=Actor.system(small.cast.clinic.pk, "payments"), deposit=deposit, now=clock.now())
        assert "paid; it counts towards" in pia.get(mine).content.decode()
        assert pia.get(pay).status_code == 302
