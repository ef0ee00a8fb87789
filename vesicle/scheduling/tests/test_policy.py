"""The policy: versions that are never changed, accepted word for word; fees counted, charged, waived, withdrawn."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.scheduling import charges, money_queries, queries, services
from vesicle.scheduling.models import Appointment, CancellationPolicy, Fee, FeeEntry, PolicyAcceptance
from vesicle.scheduling.policy import in_force
from vesicle.scheduling.tests.money import WORDS, book, free, open_service, write_policy

S = Appointment.State


@pytest.fixture
def small(on_monday, cast):
    """Alderbrook with a consultation for 120 dollars, and nothing else to book."""
    from vesicle.treatment.tests.situations import House

    house = House(cast)
    open_service(house)
    return house


def at(moment):
    return clock.pretend(moment)


class TestVersions:
    def test_each_is_numbered_counts_from_its_moment_and_is_never_changed(self, small):
        clinic_id = small.cast.clinic.pk
        assert in_force(clinic_id, clock.now()) is None
        first = write_policy(small)
        later = clock.now() + timedelta(days=7)
        second = write_policy(small, valid_from=later, late_hours=48)
        assert (first.number, second.number) == (1, 2)
        assert in_force(clinic_id, later - timedelta(seconds=1)) == first
        assert in_force(clinic_id, later) == second
        with pytest.raises(DatabaseError, match="signed records"), transaction.atomic():
            CancellationPolicy.objects.filter(pk=first.pk).update(late_hours=1)
        assert AuditEntry.objects.filter(code="scheduling.policy-written").count() == 2

    def test_only_owner_and_director_write_one_and_what_cannot_be_is_said_by_field(self, small):
        for name in ("rosa", "noor", "ines"):
            with pytest.raises(NotPermitted):
                services.write_policy(by=small.actor(name), words_en="x", late_hours=1, now=clock.now())
        wrong = {
            "words_en": {"words_en": " "},
            "late_hours": {"late_hours": 1000},
            "valid_from": {"valid_from": clock.now() - timedelta(days=1)},
            "late_value": {"late_kind": "share", "late_value": 101},
            "no_show_value": {"no_show_kind": "fixed", "no_show_value": 0},
            "deposits": {"deposits": [{"option": "", "kind": "percent", "value": 120}]},
            "waivers": {"waivers": ["patient"]},
        }
        for field, change in wrong.items():
            with pytest.raises(Invalid) as refused:
                write_policy(small, **change)
            assert set(refused.value.fields) == {field}
        assert write_policy(small).number == 1

    def test_the_next_one_cannot_begin_before_the_last(self, small):
        write_policy(small, valid_from=clock.now() + timedelta(days=7))
        with pytest.raises(Invalid) as refused:
            write_policy(small, valid_from=clock.now() + timedelta(days=6))
        assert "Version 1 begins later" in refused.value.fields["valid_from"]


class TestAcceptance:
    def test_a_patient_books_only_with_the_version_in_force_which_is_kept_with_its_words_and_price(self, small):
        policy = write_policy(small)
        for number in (None, 7):
            with pytest.raises(Invalid) as refused:
                book(small, by="pia", policy_accepted=number)
            assert refused.value.code == "policy-not-accepted"
            assert WORDS in refused.value.fields["policy_accepted"]
        booked = book(small, by="pia", policy_accepted=1, language="es")
        kept = PolicyAcceptance.objects.get(appointment=booked)
        assert (kept.policy, kept.how, kept.language, kept.by_name) == (policy, "online", "es", "Pia Sørensen")
        assert (kept.price, kept.currency, kept.text_hash) == (12_000, "USD", policy.text_hash)
        assert kept.at == clock.now()

    def test_the_desk_notes_that_it_was_accepted_by_phone_or_books_without_and_then_nothing_is_charged(self, small):
        write_policy(small)
        told = book(small, by="rosa", policy_accepted=1)
        silent = book(small, by="rosa", patient="tam", number=4)
        kept = PolicyAcceptance.objects.get(appointment=told)
        assert (kept.how, kept.by_name) == ("told", "Rosa Marin")
        with at(silent.starts_at - timedelta(hours=1)):
            services.cancel(by=small.actor("tam"), appointment=silent, now=clock.now())
        assert not Fee.objects.exists()

    def test_an_open_service_asks_nothing_more_of_the_database_where_there_is_no_policy(self, small):
        start = free(small)
        with CaptureQueriesContext(connection) as asked:
            services.book_at(
                by=small.actor("rosa"),
                option_id="consultation",
                areas=[],
                location_id=small.cast.portland.pk,
                start=start,
                patient=small.cast.pia,
                now=clock.now(),
                letters_later=True,
            )
        words = ("fee", "deposit", "acceptance", "visitresult", "gateexception")
        extra = [one["sql"] for one in asked.captured_queries if any(f"scheduling_{w}" in one["sql"] for w in words)]
        assert extra == []


class TestFees:
    def cancel_late(self, house, *, by="pia", number=0, hours=3, **more):
        booked = book(house, by=more.pop("booked_by", "pia"), policy_accepted=1, number=number)
        with at(booked.starts_at - timedelta(hours=hours)):
            services.cancel(by=house.actor(by), appointment=booked, now=clock.now(), **more)
        return booked

    def test_in_time_costs_nothing_and_late_costs_the_share_that_was_accepted(self, small):
        write_policy(small)
        self.cancel_late(small, hours=24)
        assert not Fee.objects.exists()
        late = self.cancel_late(small, hours=23, number=3)
        fee = Fee.objects.get()
        assert (fee.appointment, fee.kind, fee.amount, fee.currency) == (late, "late-cancellation", 6000, "USD")
        assert fee.because == "50% of the price"

    def test_free_chances_are_counted_and_used_up(self, small):
        write_policy(small, free_chances=1)
        self.cancel_late(small)
        self.cancel_late(small, number=3)
        assert list(Fee.objects.order_by("pk").values_list("amount", flat=True)) == [0, 6000]
        found = money_queries.patient_standing(
            small.actor("rosa"), small.cast.pia.pk, now=clock.now() + timedelta(days=9)
        )
        assert found.lapses == 2
        assert [row.state for row in found.fees] == ["open", "nothing"]

    def test_at_the_clinics_wish_nothing_is_counted(self, small):
        write_policy(small)
        self.cancel_late(small, by="rosa")
        self.cancel_late(small, by="rosa", number=2, at_wish_of="clinic", reason="Noor is ill.")
        assert not Fee.objects.exists()
        with pytest.raises(Invalid):
            self.cancel_late(small, number=4, at_wish_of="the weather")
        self.cancel_late(small, by="rosa", number=6, at_wish_of="patient")
        assert Fee.objects.get().by_name == "Rosa Marin"

    def test_a_late_move_counts_like_a_late_cancellation_unless_the_policy_or_the_clinic_says_otherwise(self, small):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1)
        before = booked.starts_at
        move = {"appointment": booked, "start": free(small, days=8)}
        with at(before - timedelta(hours=2)):
            services.move(by=small.actor("rosa"), now=clock.now(), **move)
            assert not Fee.objects.exists()
        booked.refresh_from_db()
        with at(booked.starts_at - timedelta(hours=2)):
            services.move(by=small.actor("pia"), now=clock.now(), appointment=booked, start=free(small, days=7))
        fee = Fee.objects.get()
        assert (fee.kind, fee.amount) == ("late-move", 6000)
        assert fee.visit_at != Appointment.objects.get(pk=booked.pk).starts_at

    def test_a_new_place_that_a_patient_takes_because_the_old_one_could_not_stay_costs_nothing(self, small):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1)
        with at(booked.starts_at - timedelta(hours=2)):
            services.move(
                by=small.actor("pia"),
                appointment=booked,
                start=free(small, days=7),
                now=clock.now(),
                at_wish_of="clinic",
            )
        assert not Fee.objects.exists()

    def test_who_did_not_come_is_charged_and_who_came_after_all_is_not(self, small):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1)
        with at(booked.starts_at + timedelta(minutes=30)):
            services.change_state(by=small.actor("rosa"), appointment=booked, state=S.NO_SHOW, now=clock.now())
            fee = Fee.objects.get()
            assert (fee.kind, fee.amount) == ("no-show", 12_000)
            services.change_state(by=small.actor("rosa"), appointment=booked, state=S.ARRIVED, now=clock.now())
            assert FeeEntry.objects.get(fee=fee).kind == "withdrawn"
            assert charges.lapses_counted(fee.clinic_id, small.cast.pia.pk, at=clock.now()) == 0

    def test_what_it_costs_is_said_before_and_is_what_is_charged(self, small):
        write_policy(small)
        booked = book(small, by="pia", policy_accepted=1)
        assert money_queries.terms(booked, now=clock.now()).fee is None
        with at(booked.starts_at - timedelta(hours=2)):
            said = money_queries.terms(booked, now=clock.now())
            assert str(said.fee) == "$60"
            services.cancel(by=small.actor("pia"), appointment=booked, now=clock.now())
        assert Fee.objects.get().amount == said.fee.amount

    def test_is_waived_with_a_reason_by_whom_the_policy_names_and_then_does_not_count(self, small):
        write_policy(small)
        self.cancel_late(small)
        fee = Fee.objects.get()
        with pytest.raises(NotPermitted, match="medical-director"):
            services.waive_fee(by=small.actor("rosa"), fee=fee, reason="Ill.", now=clock.now())
        with pytest.raises(Invalid):
            services.waive_fee(by=small.actor("noor"), fee=fee, reason=" ", now=clock.now())
        entry = services.waive_fee(by=small.actor("noor"), fee=fee, reason="Was in hospital.", now=clock.now())
        assert (entry.reason, entry.by_name, entry.amount) == ("Was in hospital.", "Noor Haddad", 6000)
        with pytest.raises(Conflict):
            services.waive_fee(by=small.actor("noor"), fee=fee, reason="Again.", now=clock.now())
        with pytest.raises(Conflict):
            services.pay_fee(by=small.actor("rosa"), fee=fee, receipt="R-1", now=clock.now())
        later = clock.now() + timedelta(days=9)
        assert money_queries.patient_standing(small.actor("rosa"), small.cast.pia.pk, now=later).lapses == 0

    def test_is_paid_at_the_desk_once_with_a_receipt(self, small):
        write_policy(small)
        self.cancel_late(small)
        fee = Fee.objects.get()
        with pytest.raises(Invalid):
            services.pay_fee(by=small.actor("rosa"), fee=fee, receipt="", now=clock.now())
        services.pay_fee(by=small.actor("rosa"), fee=fee, receipt="R-1", now=clock.now())
        assert [row.state for row in money_queries.fees(small.actor("owen"))] == ["paid"]
        with pytest.raises(Conflict):
            services.pay_fee(by=small.actor("rosa"), fee=fee, receipt="R-1", now=clock.now())

    def test_rows_are_never_changed(self, small):
        write_policy(small)
        self.cancel_late(small)
        for model in (Fee, PolicyAcceptance):
            with pytest.raises(DatabaseError, match="signed records"), transaction.atomic():
                model.objects.update(currency="EUR")

    def test_no_booking_of_another_clinic_is_seen(self, small):
        write_policy(small)
        self.cancel_late(small)
        from vesicle.core.scope import clinic_scope
        from vesicle.people.identity import staff_actor

        with clinic_scope(small.cast.other.pk):
            assert money_queries.fees(staff_actor(small.cast.otto)) == []
        assert len(money_queries.fees(small.actor("rosa"))) == 1
        assert queries.booking_rules(small.cast.clinic.pk).policy.number == 1
