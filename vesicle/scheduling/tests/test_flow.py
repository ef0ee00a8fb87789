"""The way through a visit: each step one call, one step back, and the states stay the law."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.scheduling import services, stages
from vesicle.scheduling.domain import flow
from vesicle.scheduling.domain.flow import Phase
from vesicle.scheduling.models import Appointment, FlowStep, Stage

NUMBING = Phase("numbing", "Numbing", 0, 20, with_provider=False)
TREATMENT = Phase("treatment", "Needling", 20, 60, with_provider=True)
REST = Phase("rest", "Rest", 60, 65, with_provider=False)


class TestWay:
    def test_names_each_phase_without_the_provider_and_joins_those_with_them(self):
        second = Phase("serum", "Serum", 60, 70, with_provider=True)
        way = flow.way([NUMBING, TREATMENT, second, REST])
        assert [step.value for step in way] == [
            "arrived",
            "in-room",
            "phase:numbing",
            "with-provider",
            "phase:rest",
            "done",
        ]

    def test_a_provider_who_comes_twice_is_two_steps(self):
        way = flow.way([TREATMENT, REST, TREATMENT])
        assert flow.place_on(way, "with-provider", "") == 2
        assert flow.place_on(way, "with-provider", "", after=2) == 4
        assert flow.place_on(way, "with-provider", "", after=4) == -1


@pytest.fixture
def pia(path):
    return path().booked()


def step(pia, kind, name="rosa", **more):
    return services.take_step(by=pia.house.actor(name), appointment=pia.appointment, kind=kind, now=clock.now(), **more)


def back(pia):
    return services.step_back(by=pia.house.actor("rosa"), appointment=pia.appointment, now=clock.now())


def now_at(pia):
    row = Stage.objects.filter(appointment=pia.appointment).first()
    return (row.kind, row.phase) if row else None


class TestSteps:
    def test_lead_from_the_door_to_the_provider_each_with_who_and_when(self, pia):
        start = pia.appointment.starts_at
        for minute, (kind, phase) in enumerate(
            [("arrived", ""), ("in-room", ""), ("phase", "numbing"), ("with-provider", "")]
        ):
            with clock.pretend(start + timedelta(minutes=minute)):
                step(pia, kind, phase=phase)
            assert now_at(pia) == (kind, phase)
        rows = list(FlowStep.objects.order_by("pk"))
        assert [row.at - start for row in rows] == [timedelta(minutes=minute) for minute in range(4)]
        assert {row.by_name for row in rows} == {"Rosa Marin"}
        booked_room = pia.appointment.claims.get(resource__kind="room").resource_id
        assert [row.room_id for row in rows] == [None, booked_room, booked_room, booked_room]
        pia.appointment.refresh_from_db()
        assert pia.appointment.state == "arrived"
        assert AuditEntry.objects.filter(code="appointment.stepped").count() == 3

    def test_may_be_left_out_and_never_gone_back_to(self, pia):
        step(pia, "arrived")
        step(pia, "with-provider")
        with pytest.raises(Invalid, match="phase:rest"):
            step(pia, "in-room")
        with pytest.raises(Invalid):
            step(pia, "phase", phase="moon")
        assert now_at(pia) == ("with-provider", "")

    def test_need_somebody_who_is_here(self, pia):
        with pytest.raises(Conflict, match="booked"):
            step(pia, "in-room")
        step(pia, "arrived")
        step(pia, "in-room")

    def test_say_another_room_than_the_booked_one(self, pia):
        step(pia, "arrived")
        other = pia.house.cast.rooms[1]
        step(pia, "in-room", room_id=other.pk)
        assert Stage.objects.get().room == other
        with pytest.raises(Invalid, match="not here"):
            step(pia, "phase", phase="numbing", room_id=pia.house.cast.rooms[2].pk)

    def test_are_taken_back_one_by_one_and_stay_remembered(self, pia):
        step(pia, "arrived")
        step(pia, "in-room")
        step(pia, "phase", phase="numbing")
        back(pia)
        assert now_at(pia) == ("in-room", "")
        back(pia)
        back(pia)
        assert now_at(pia) is None
        pia.appointment.refresh_from_db()
        assert pia.appointment.state == "booked"
        assert FlowStep.objects.count() == 6
        with pytest.raises(Conflict):
            back(pia)

    def test_cannot_be_rewritten(self, pia):
        step(pia, "arrived")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            FlowStep.objects.update(by_name="Somebody else")

    def test_belong_to_those_who_run_the_day_of_this_clinic(self, pia):
        with pytest.raises(NotPermitted):
            step(pia, "arrived", name="owen")
        with pytest.raises(NotFound):
            step(pia, "arrived", name="otto")


class TestTheChart:
    def test_moves_the_patient_on_and_closes_the_way_back(self, path):
        pia = path().signed()
        with clock.pretend(pia.appointment.starts_at):
            pia.check_in()
            step(pia, "in-room")
            pia.start()
            assert now_at(pia) == ("with-provider", "")
            with pytest.raises(Conflict, match="chart"):
                back(pia)
            step(pia, "phase", phase="rest")
            back(pia)
            with pytest.raises(Conflict, match="signed"):
                step(pia, "done")
        pia.charted()
        pia.treated()
        assert now_at(pia) == ("done", "")
        assert stages.next_of(Appointment.objects.get(), stages.phases_of(pia.appointment)) == []


class TestAVisitThatTreatsNothing:
    def test_is_done_with_a_click(self, path):
        pia = path()
        services.add_service(
            by=pia.house.actor("iris"),
            slug="consultation",
            name="Consultation",
            kind="consultation",
            minutes=30,
            needs=["room", "provider"],
        )
        pia.option, pia.areas = "consultation", ()
        pia.appointment = services.book_at(
            by=pia.house.actor("rosa"),
            option_id="consultation",
            areas=(),
            location_id=pia.where.pk,
            start=pia.free_times()[0].start,
            patient=pia.patient,
            now=clock.now(),
        )
        step(pia, "arrived")
        ahead = stages.next_of(Appointment.objects.get(), stages.phases_of(pia.appointment))
        assert [each.value for each in ahead] == ["in-room", "with-provider", "done"]
        step(pia, "done")
        assert Appointment.objects.get().state == "done"
        assert now_at(pia) == ("done", "")
        with pytest.raises(Conflict):
            back(pia)
