"""Readings are compared only where device and room allow it, and what was not noted is said."""

from decimal import Decimal

import pytest

from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.results import queries, reasons, services
from vesicle.results.conditions import Conditions, faults, obstacle, unknown
from vesicle.results.models import Measurement, ReadingConditions
from vesicle.results.presenters import curves

CLIMATE = load_bank().measures["OM-CORNEO"].climate
GOOD = Conditions("Corneometer CM 825", Decimal("21.0"), Decimal(45), 20)


def room(**changes):
    given = {"device": GOOD.device, "temperature_c": GOOD.temperature_c}
    given |= {"humidity_percent": GOOD.humidity_percent, "rested_minutes": GOOD.rested_minutes}
    return Conditions(**given | changes)


class TestComparing:
    def test_the_same_device_in_a_good_room_is_compared(self):
        assert obstacle([GOOD], [GOOD, GOOD], CLIMATE) is None

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"device": "Corneometer CM 820"}, "two devices"),
            ({"temperature_c": Decimal("25.5")}, "25.5 °C"),
            ({"humidity_percent": Decimal(60)}, "60 % humidity"),
            ({"rested_minutes": 5}, "rested 5 minutes"),
        ],
    )
    def test_another_device_or_room_is_an_obstacle_and_is_named(self, changes, said):
        assert said in reasons.said(obstacle([GOOD], [room(**changes)], CLIMATE))

    def test_a_measure_the_room_does_not_change_is_compared_in_any_room(self):
        assert obstacle([GOOD], [room(temperature_c=Decimal(30))], None) is None

    def test_what_was_not_noted_is_said_and_not_taken_for_good(self):
        for first in (None, room(temperature_c=None)):
            assert "not noted" in reasons.said(unknown([[first], [GOOD]], CLIMATE))
        assert unknown([[GOOD], [GOOD]], CLIMATE) is None


class TestFaults:
    def test_a_device_is_always_named_and_a_room_where_it_matters(self):
        bare = Conditions(" ")
        assert set(faults(bare, CLIMATE)) == {"device", "temperature_c", "humidity_percent", "rested_minutes"}
        assert set(faults(bare, None)) == {"device"}

    def test_an_impossible_room_is_refused_with_what_is_allowed(self):
        assert "5 to 45" in faults(room(temperature_c=Decimal(70)), CLIMATE)["temperature_c"]


class TestRecording:
    def record(self, path, value, **changes):
        given = {"by": path.nurse, "encounter": path.encounter, "measure_id": "OM-CORNEO", "now": clock.now()}
        given |= {"week": 12, "region": "cheek", "conditions": GOOD}
        return services.record_measurement(**given | changes, value=value)

    def test_keeps_device_and_room_beside_the_value(self, treated):
        row = self.record(treated, 48)
        assert str(row.conditions) == row.method == GOOD.device
        assert row.conditions.temperature_c == Decimal("21.0")

    def test_a_reading_without_its_room_is_refused_and_nothing_is_stored(self, treated):
        with pytest.raises(Invalid) as refused:
            self.record(treated, 48, conditions=Conditions(GOOD.device))
        assert "temperature_c" in refused.value.fields
        assert not ReadingConditions.objects.exists()

    def test_a_measure_of_several_values_is_recorded_value_by_value(self, treated):
        give = {"measure_id": "OM-MEXA", "conditions": Conditions("Mexameter MX 18")}
        for part, value in (("melanin", 210), ("erythema", 340)):
            self.record(treated, value, part=part, **give)
        assert set(Measurement.objects.filter(measure="OM-MEXA").values_list("part", flat=True)) == {
            "melanin",
            "erythema",
        }
        with pytest.raises(Invalid) as refused:
            self.record(treated, 5, **give)
        assert list(refused.value.fields) == ["measure"]

    def test_a_change_of_device_is_never_called_a_change_of_skin(self, treated):
        for value in (40, 40.4):
            self.record(treated, value, week=0)
        with clock.pretend(treated.after(weeks=12)):
            for number in range(10):
                for value in (50, 50.4):
                    self.record(treated, value, region=f"spot {number}")
            self.record(treated, 60, conditions=room(device="Another device"))
        rows = [row for row in queries.measurements_of(treated.nurse, treated.encounter) if row.region == "cheek"]
        known = queries.repeatabilities(treated.nurse, ["OM-CORNEO"])
        option = option_of_edition(treated.encounter.edition_id, treated.encounter.option).option
        found = curves(
            [row for row in rows if row.conditions], known, option.sections.results, treated.encounter.started_at
        )
        assert found[0].verdict == "Not measurable"
        assert "two devices" in found[0].why


class TestTheForm:
    def test_keeps_what_was_typed_and_says_what_the_reading_still_needs(self, treated, client, as_staff):
        noor = as_staff(client, "noor")
        sent = {"measure": "OM-CORNEO", "value": "48", "week": "12", "region": "cheek", "device": "CM 825"}
        address = f"/desk/results/{treated.encounter.pk}/"
        answer = noor.post(address, sent)
        assert answer.status_code == 422
        assert "temperature of the room belongs" in answer.content.decode()
        assert 'value="CM 825"' in answer.content.decode()
        room_too = {"temperature_c": "21.5", "humidity_percent": "48", "rested_minutes": "15"}
        assert noor.post(address, sent | room_too).status_code == 302
        assert "21.5 °C, 48 % humidity" in noor.get(address).content.decode()
