"""The cast is what the other tests believe it is."""

from vesicle.clinic.models import Hours, Resource
from vesicle.core.permissions import Role
from vesicle.people.models import Staff


def test_everybody_is_there_and_otto_works_elsewhere(cast):
    assert {staff.name.split()[0] for staff in Staff.objects.all()} == {"Iris", "Noor", "Rosa", "Owen", "Ines"}
    assert cast.actor("otto").clinic_id == cast.other.pk != cast.clinic.pk
    assert Role.MEDICAL_DIRECTOR in cast.actor("iris").roles


def test_the_clinic_has_rooms_devices_and_hours_at_two_locations(cast):
    assert Resource.objects.filter(kind="room", location=cast.portland).count() == 2
    assert Resource.objects.filter(kind="device", device_kind="microneedling-pen").count() == 2
    assert Hours.objects.filter(location=cast.phoenix, resource=cast.noor_column).count() == 1


def test_the_cupboard_holds_one_lot_for_every_fate(cast, stock):
    assert stock.recalled.code == "RS-1950"
    assert stock.expired.expires_on < stock.good.expires_on
