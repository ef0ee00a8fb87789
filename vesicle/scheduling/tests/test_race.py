"""Several desks want the last time at the same moment: one gets it, the others hear so kindly, nothing overlaps."""

from functools import partial

import pytest

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.core.errors import JustTaken
from vesicle.demo.booking_benchmark import overlaps
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, Claim
from vesicle.treatment.tests.situations import Path

DESKS, RACES, ROUNDS = 3, 200, 10


@pytest.fixture
def small_house(on_monday, cast):
    from vesicle.treatment.tests.situations import open_house

    return open_house(cast, treatments=("exosome-therapy", "microneedling"))


def outcomes_of(found):
    won = [one for one in found if isinstance(one, Appointment)]
    lost = [one for one in found if isinstance(one, JustTaken)]
    assert len(won) + len(lost) == len(found), found
    return won, lost


@pytest.mark.django_db(transaction=True)
class TestLastTime:
    def test_one_device_is_held_by_exactly_one_desk_in_every_race(self, small_house):
        path = Path(small_house, small_house.cast.pia)
        start = path.free_times()[0].start
        by = small_house.actor("rosa")
        with Desks(DESKS) as desks:
            for _ in range(RACES):
                act = partial(self._hold, by, path, start)
                won, lost = outcomes_of(desks.at_once([act] * DESKS))
                assert len(won) == 1
                assert all("Choose another; nothing was booked." in taken.message for taken in lost)
                assert overlaps() == 0
                services.release_hold(by=by, appointment=won[0], now=clock.now())
        assert Appointment.objects.filter(state="released").count() == RACES
        assert not Claim.objects.filter(is_active=True).exists()

    def _hold(self, by, path, start):
        return services.hold(
            by=by,
            option_id=path.option,
            areas=path.areas,
            location_id=path.where.pk,
            start=start,
            now=clock.now(),
        )

    def test_patients_race_from_choice_to_booking_and_losers_keep_nothing(self, small_house):
        paths = [Path(small_house, self._patient(small_house, number)) for number in range(DESKS)]
        start = paths[0].free_times(by=small_house.actor("rosa"))[2].start
        with Desks(DESKS) as desks:
            won, lost = outcomes_of(desks.at_once([partial(self._book, path, start) for path in paths]))
        assert (len(won), len(lost)) == (1, DESKS - 1)
        assert Appointment.objects.get().patient == won[0].patient
        assert overlaps() == 0

    def test_two_free_columns_serve_two_of_the_racing_desks(self, small_house):
        cast = small_house.cast
        from vesicle.clinic import services as clinics

        clinics.add_device(
            by=small_house.actor("system"), location=cast.portland, name="Pen 3", device_kind="microneedling-pen"
        )
        path = Path(small_house, cast.pia)
        start = path.free_times()[0].start
        with Desks(DESKS) as desks:
            act = partial(self._hold, small_house.actor("rosa"), path, start)
            won, _ = outcomes_of(desks.at_once([act] * DESKS))
        # Two rooms, two pens and two providers: the second desk finds the second of each.
        assert len(won) == 2
        assert overlaps() == 0
        pens = Claim.objects.filter(resource__kind=Resource.Kind.DEVICE).values_list("resource_id", flat=True)
        assert len(set(pens)) == 2

    def test_two_movers_to_one_time_and_the_loser_keeps_the_old_one(self, small_house):
        first, second = (Path(small_house, small_house.cast.pia), Path(small_house, small_house.cast.tam))
        first.booked(), second.booked(number=4)
        target = first.free_times()[-1].start
        old = {path.appointment.pk: path.appointment.starts_at for path in (first, second)}
        with Desks(2) as desks:
            won, lost = outcomes_of(
                desks.at_once(
                    [
                        partial(services.move, by=path.me, appointment=path.appointment, start=target, now=clock.now())
                        for path in (first, second)
                    ]
                )
            )
        assert (len(won), len(lost)) == (1, 1)
        loser = next(path for path in (first, second) if path.appointment.pk != won[0].pk)
        loser.appointment.refresh_from_db()
        assert loser.appointment.starts_at == old[loser.appointment.pk]
        assert loser.appointment.claims.filter(is_active=True).exists()
        assert overlaps() == 0

    def test_one_key_sent_twice_at_once_books_once(self, small_house):
        path = Path(small_house, small_house.cast.pia).cleared()
        start = path.free_times()[0].start
        with Desks(2) as desks:
            found = desks.at_once([partial(self._book, path, start, idempotency_key="one-click")] * 2)
        assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, JustTaken)], found
        assert Appointment.objects.filter(state="booked").count() == 1

    def _patient(self, house, number):
        from vesicle.candidacy import services as candidacy
        from vesicle.demo.answers import healthy

        patient = people.register_patient(
            by=house.actor("rosa"),
            first_name="Runner",
            last_name=f"Number {number}",
            date_of_birth=house.cast.pia.date_of_birth,
            email=f"runner{number}@example.org",
            time_zone="America/Los_Angeles",
        )
        answers = healthy(born=patient.date_of_birth, areas=("full-face",), skin="II")
        candidacy.screen(by=patient_actor(patient), answers=answers, patient=patient)
        return patient

    def _book(self, path, start, **more):
        return services.book_at(
            by=patient_actor(path.patient),
            option_id=path.option,
            areas=path.areas,
            location_id=path.where.pk,
            start=start,
            patient=path.patient,
            now=clock.now(),
            **more,
        )


@pytest.mark.django_db(transaction=True)
def test_news_of_one_payment_that_come_at_the_same_moment_book_once_and_take_one_deposit(on_monday, cast):
    from vesicle.core.actor import Actor
    from vesicle.scheduling.deposits import Payment
    from vesicle.scheduling.models import Deposit, DepositEvent
    from vesicle.scheduling.tests.money import free, open_service, write_policy
    from vesicle.treatment.tests.situations import House

    house = House(cast)
    open_service(house)
    write_policy(house, deposits=[{"option": "consultation", "kind": "fixed", "value": 5000}])
    ask = {"option_id": "consultation", "areas": [], "location_id": cast.portland.pk, "now": clock.now()}
    with Desks(DESKS) as desks:
        for number in range(ROUNDS):
            held = services.hold(by=house.actor("pia"), start=free(house, number=number), **ask)
            deposit = Deposit.objects.create(
                appointment=held,
                patient=cast.pia,
                backend="stripe",
                amount=5000,
                currency="USD",
                wish={"policy": 1},
                asked_at=clock.now(),
            )
            news = Payment(
                session=f"cs_{number}",
                reference=f"{cast.clinic.pk}.{deposit.pk}",
                is_paid=True,
                is_over=False,
                payment=f"pi_{number}",
                amount=5000,
                currency="USD",
            )
            by = Actor.system(cast.clinic.pk, "payments")
            act = partial(services.payment_arrived, by=by, payment=news, now=clock.now())
            assert [one.state for one in desks.at_once([act] * DESKS)] == ["paid"] * DESKS
    assert Appointment.objects.filter(state="booked").count() == ROUNDS
    assert DepositEvent.objects.filter(state="paid").count() == Deposit.objects.count() == ROUNDS
