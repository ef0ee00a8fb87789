"""How needs are written, how treatments follow each other, and which claims that makes."""

import pytest

from vesicle.scheduling.domain import Need, PhasePlan, Plan, Taken, build_plan, claims_of, labels_of, sequence

ROOM, PROVIDER, LASER = Taken(1), Taken(2), Taken(3)
PEEL = build_plan((PhasePlan("peel", 45, ("room", "provider")),), 0, [], {"room": (0, 10), "provider": (5, 5)})
LIGHT = build_plan(
    (PhasePlan("light", 30, ("room:laser", "provider", "device:laser")),), 0, [], {"room": (5, 15), "provider": (5, 10)}
)


class TestNeeds:
    @pytest.mark.parametrize(
        ("text", "labels"),
        [
            ("room", ("room",)),
            ("room:laser", ("room:laser",)),
            ("device:laser|device:ipl", ("device:laser", "device:ipl")),
            ("device:laser|ipl", ("device:laser", "device:ipl")),
            ("room:laser|room", ("room:laser", "room")),
        ],
    )
    def test_are_read_as_protocols_write_them(self, text: str, labels: tuple[str, ...]) -> None:
        assert labels_of(text) == labels

    @pytest.mark.parametrize(
        "text", ["", "laser", "chair:red", "device:", "room||provider", "device:Laser", "room:a:b"]
    )
    def test_anything_else_is_refused_with_what_is_allowed(self, text: str) -> None:
        with pytest.raises(ValueError, match="room, provider or device"):
            labels_of(text)

    def test_a_device_named_twice_in_a_phase_is_one_device(self) -> None:
        plan = build_plan((PhasePlan("a", 10, ("device", "device:pen")),), 0, ["pen"], {})
        assert [need.key for need in plan.needs] == ["device:pen"]


class TestSequence:
    def test_the_patient_stays_in_a_room_that_fits_both_parts_and_the_pause(self) -> None:
        plan = sequence([PEEL, LIGHT], 10)
        room = next(need for need in plan.needs if need.kind == "room")
        assert (room.key, room.any_of) == ("room@1+2", ("room:laser@1+2",))
        assert (room.start, room.end, room.before, room.after) == (0, 85, 0, 15)
        assert plan.minutes == 85
        assert plan.phases == (("peel@1", 0, 45), ("light@2", 55, 85))

    def test_provider_and_devices_are_needed_part_by_part(self) -> None:
        needs = {need.key: (need.start, need.end) for need in sequence([PEEL, LIGHT]).needs if need.kind != "room"}
        assert needs == {"provider@1": (0, 45), "provider@2": (45, 75), "device:laser@2": (45, 75)}

    @pytest.mark.parametrize("rooms", ["one", "each"])
    def test_rooms_with_nothing_in_common_are_one_for_each_part(self, rooms) -> None:
        wet = build_plan((PhasePlan("wet", 20, ("room:wet", "provider")),), 0, [], {})
        keys = [need.key for need in sequence([wet, LIGHT], rooms=rooms).needs if need.kind == "room"]
        assert keys == ["room:wet@1", "room:laser@2"]

    def test_a_buffer_that_reaches_further_than_the_next_part_is_kept_whole(self) -> None:
        long = build_plan((PhasePlan("a", 10, ("room",)),), 0, [], {"room": (30, 60)})
        short = build_plan((PhasePlan("b", 10, ("room",)),), 0, [], {})
        (room,) = sequence([long, short]).needs
        assert (room.start - room.before, room.end + room.after) == (-30, 70)
        (room,) = sequence([short, long]).needs
        assert (room.start - room.before, room.end + room.after) == (-20, 80)

    def test_refuses_no_plans_and_a_pause_off_the_tick(self) -> None:
        for plans, pause in (([], 0), ([PEEL], 7), ([PEEL], -5)):
            with pytest.raises(ValueError, match="steps of five"):
                sequence(plans, pause)


class TestClaims:
    def test_one_person_in_both_parts_has_no_buffer_between_them(self) -> None:
        plan = sequence([PEEL, LIGHT])
        chosen = {"room@1+2": ROOM, "provider@1": PROVIDER, "provider@2": PROVIDER, "device:laser@2": LASER}
        spans = {span.need.key: (span.low, span.high) for span in claims_of(plan, chosen)}
        assert spans == {
            "room@1+2": (0, 90), "provider@1": (-5, 45), "provider@2": (45, 85), "device:laser@2": (45, 75),
        }  # fmt: skip

    def test_two_people_each_have_theirs(self) -> None:
        plan = sequence([PEEL, LIGHT])
        chosen = {"room@1+2": ROOM, "provider@1": PROVIDER, "provider@2": Taken(9), "device:laser@2": LASER}
        spans = {span.need.key: (span.low, span.high) for span in claims_of(plan, chosen)}
        assert (spans["provider@1"], spans["provider@2"]) == ((-5, 50), (40, 85))

    def test_the_larger_of_two_buffers_counts_on_each_side(self) -> None:
        plan = Plan((("a", 0, 30),), (Need("room", "a", 0, 30, before=10, after=5),))
        (span,) = claims_of(plan, {"room": Taken(1, place=2, before=5, after=20)})
        assert (span.low, span.high, span.taken.place) == (-10, 50, 2)

    def test_what_cannot_be_is_not_claimed(self) -> None:
        plan = build_plan((PhasePlan("a", 10, ("room", "room:wet")),), 0, [], {})
        with pytest.raises(ValueError, match="same time"):
            claims_of(plan, {"room": ROOM, "room:wet": ROOM})
