"""A protocol that contradicts itself is refused with the place; each contradiction beside the file that has none."""

from copy import deepcopy

import pytest

from vesicle.protocols.consistency import faults_of
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import field_name
from vesicle.protocols.schema import Protocol, options_of
from vesicle.protocols.tests import shipped

DATA = read_shipped(shipped.LIBRARY / "prp" / f"{shipped.PRP}.yaml").data


def found(change=None):
    """Return what is found in PRP after a change, as field and sentence."""
    data = deepcopy(DATA)
    if change is not None:
        change(data)
    protocol = Protocol.model_validate(data)
    options = options_of(protocol, shipped.protocol)
    return [(field_name(one.path), one.message) for one in faults_of(protocol, options, data)]


def holder(data, section):
    """Return the group of the file that gives a section: the treatment, or its first modality that does."""
    return next(one for one in (data, *data["modalities"]) if section in one)


def twice(section, *below):
    def change(data):
        rows = holder(data, section)[section]
        for step in below:
            rows = rows[step]
        rows.append(deepcopy(rows[0]))

    return change


def course(change):
    def on_course(data):
        change(holder(data, "course")["course"])

    return on_course


def of_section(section, change):
    return lambda data: change(holder(data, section)[section])


def forget_products(data):
    for one in (data, *data["modalities"]):
        for step in one.get("steps", ()):
            step["records"] = [record for record in step.get("records", ()) if record["kind"] != "product"]


def forget_devices(data):
    for one in (data, *data["modalities"]):
        for phase in one.get("timing", {}).get("phases", ()):
            phase["needs"] = [need for need in phase["needs"] if not need.startswith("device")]


def needs(phase, *written):
    """Let a phase of PRP with needling (draw, spin, treatment, rest) need something else."""

    def change(data):
        data["modalities"][0]["timing"]["phases"][phase]["needs"] = list(written)

    return change


def spare_device(data):
    data["modalities"][0]["equipment"].append({"kind": "lamp", "name": "Examination lamp"})


def visit_before(**given):
    def change(data):
        row = {"id": "spot", "visit": "patch-test", "min_days_before": 7, "basis": "to-confirm"}
        data["prerequisites"] = [row | {"patient": "A spot first.", "clinician": "Spot."} | given]

    return change


def take_away(section):
    def change(data):
        for one in (data, *data["modalities"]):
            if section in one:
                one[section] = []

    return change


def only_sun_damage(rows):
    rows[:] = [{**rows[0], "concern": "sun-damage"}]


def own_alternative(data):
    modality = data["modalities"][0]
    modality["alternatives"] = deepcopy(holder(data, "alternatives")["alternatives"])
    modality["alternatives"][0]["option"] = f"prp/{modality['id']}"


def test_the_shipped_file_agrees_with_itself():
    assert found() == []


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (twice("rules"), "rules", "is listed more than once"),
        (twice("modalities"), "modalities[2]", "'microneedling' is listed more than once"),
        (twice("claims"), "claims[", "is listed more than once"),
        (twice("concerns"), "concerns[", "is listed more than once"),
        (twice("involves"), "involves[", "is listed more than once"),
        (of_section("involves", lambda rows: rows.pop(1)), "involves", "shows needles, but 'involves' does not"),
        (twice("areas"), "areas[", "is listed more than once"),
        (twice("consent", "risks"), "consent.risks[", "is listed more than once"),
        (twice("check_ins"), "check_ins[", "is listed more than once"),
        (forget_products, "products[", "but no step of prp/"),
        (take_away("products"), "need", "which 'products' of prp/"),
        (take_away("equipment"), "timing", "needs a device, but 'equipment'"),
        (forget_devices, "equipment[0]", "no phase needs one"),
        (spare_device, "modalities[0].equipment[2]", "lists 'lamp', but no phase needs one"),
        (
            needs(1, "room", "device:laser"),
            "timing.phases[1].needs[1]",
            "'laser' is no kind of device that 'equipment'",
        ),
        (needs(1, "room", "device:laser"), "timing.phases[1].needs[1]", "allowed: device, device:centrifuge, device:m"),
        (needs(1, "room", "device:centrifuge|room:spin"), "phases[1].needs[1]", "the choice between different kinds"),
        (needs(1, "room", "provider:rn", "device"), "phases[1].needs[1]", "say in 'qualifications' who may perform"),
        (needs(1, "room", "device:centrifuge|device"), "phases[1].needs[1]", "device alone means every kind"),
        (visit_before(when={"question": "SCR-GOLD", "is": ["yes"]}), "prerequisites[0].when", "which no rule of prp/"),
        (course(lambda rows: rows.pop(3)), "course[3].from_day", "go on with day"),
        (course(lambda rows: rows.__delitem__(slice(0, 2))), "course[0].from_day", "begin with day 0"),
        (course(lambda rows: rows[-1].update(from_day=1)), "from_day", "go on with day"),
        (course(lambda rows: rows[-1].update(to_day=2)), "to_day", "before it begins"),
        (course(lambda rows: rows.pop(1)), "from_day", "say what is normal for the rest of that day"),
        (course(lambda rows: rows[1].update(from_hour=9)), "from_hour", "go on from hour 6"),
        (course(lambda rows: rows[1].pop("to_hour")), "course[1]", "hours divide one day"),
        (of_section("check_ins", lambda rows: rows[-1].update(day=120)), "day", "lies beyond the course"),
        (of_section("aftercare", lambda rows: rows[1].update(from_day=2)), "aftercare[1].from_day", "go on with day 1"),
        (of_section("red_flags", lambda part: part["ask"].remove(part["stress"][0])), "stress", "never asked about"),
        (of_section("claims", lambda rows: rows[0].update(review_by="2020-01-01")), "review_by", "2020-01-01"),
        (of_section("concerns", only_sun_damage), "concern", "add it to 'concerns'"),
        (own_alternative, "modalities[0].alternatives[0].option", "an alternative to itself"),
    ],
)
def test_a_contradiction_is_found_at_its_place(change, field, said):
    told = found(change)
    assert [one for one in told if field in one[0] and said in one[1]], told


@pytest.mark.parametrize(
    "change",
    [
        needs(1, "room:spin|room", "device:centrifuge"),
        needs(2, "room", "provider", "device"),
        needs(1, "room", "device:centrifuge|microneedling-pen"),
        visit_before(),
        visit_before(when={"question": "SCR-PREG", "is": ["no"]}, valid_days=90),
    ],
)
def test_what_agrees_is_left_alone(change):
    assert found(change) == []


def test_what_both_modalities_share_is_said_of_the_shared_place():
    told = found(twice("regulation"))
    assert {field for field, _ in told} == {f"regulation[{len(DATA['regulation'])}]"}


def test_the_same_record_in_two_steps_is_two_records():
    def change(data):
        steps = [step for step in holder(data, "steps")["steps"] if step.get("records")]
        steps[1]["records"].append(deepcopy(steps[0]["records"][0]))

    assert found(change) == []
    assert [said for _, said in found(twice_in_a_step) if "is listed more than once" in said]


def twice_in_a_step(data):
    step = next(step for step in holder(data, "steps")["steps"] if step.get("records"))
    step["records"].append(deepcopy(step["records"][0]))
