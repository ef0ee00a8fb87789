"""Verbs about people: what they do, whom they refuse, and that they are written down."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.permissions import Role
from vesicle.people import queries, services
from vesicle.people.models import Patient, Staff

NEW = {
    "first_name": "Lena",
    "last_name": "Okafor",
    "date_of_birth": date(1991, 2, 3),
    "email": "lena@example.org",
    "phone": "503 555 0190",
    "time_zone": "America/Los_Angeles",
}


def codes(patient_id=None):
    rows = AuditEntry.objects.all() if patient_id is None else AuditEntry.objects.filter(patient_id=patient_id)
    return set(rows.values_list("code", flat=True))


class TestRegisterPatient:
    @pytest.mark.parametrize("name", ["rosa", "noor", "iris", "visitor", "ines", "system"])
    def test_registers_and_writes_it_down(self, cast, name):
        patient = services.register_patient(by=cast.actor(name), **NEW)
        assert (patient.clinic_id, patient.full_name) == (cast.clinic.pk, "Lena Okafor")
        assert codes(patient.pk) == {"people.patient-registered"}

    def test_is_not_for_the_owner(self, cast):
        with pytest.raises(NotPermitted, match=r"^Your role may not register patients\."):
            services.register_patient(by=cast.actor("owen"), **NEW)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("first_name", " "),
            ("date_of_birth", date(2999, 1, 1)),
            ("email", "lena@"),
            ("phone", "5"),
            ("time_zone", "Portland"),
        ],
    )
    def test_names_the_field_that_cannot_be_right(self, cast, field, value):
        with pytest.raises(Invalid) as refusal:
            services.register_patient(by=cast.actor("rosa"), **{**NEW, field: value})
        assert set(refusal.value.fields) == {field}
        assert not Patient.objects.filter(last_name="Okafor").exists()

    def test_needs_a_way_to_reach_the_person(self, cast):
        with pytest.raises(Invalid):
            services.register_patient(by=cast.actor("rosa"), **{**NEW, "email": "", "phone": ""})


class TestFindOrRegister:
    def test_finds_the_person_again_however_they_type(self, cast):
        first = services.find_or_register(by=cast.actor("visitor"), **NEW)
        typed = {**NEW, "first_name": " LENA ", "email": "Lena@Example.org"}
        assert services.find_or_register(by=cast.actor("visitor"), **typed) == first

    def test_finds_by_phone_where_the_address_is_new(self, cast):
        first = services.find_or_register(by=cast.actor("visitor"), **NEW)
        again = {**NEW, "email": "other@example.org", "phone": "5035550190"}
        assert services.find_or_register(by=cast.actor("visitor"), **again) == first

    @pytest.mark.parametrize(
        "change",
        [
            {"date_of_birth": date(1991, 2, 4)},
            {"last_name": "Other"},
            {"email": "other@example.org", "phone": "503 555 0000"},
        ],
    )
    def test_a_stranger_with_the_same_address_or_name_does_not_reach_the_record(self, cast, change):
        first = services.find_or_register(by=cast.actor("visitor"), **NEW)
        assert services.find_or_register(by=cast.actor("visitor"), **{**NEW, **change}) != first


class TestChangePatient:
    def test_a_patient_changes_their_own_details(self, cast):
        services.change_patient(by=cast.actor("pia"), patient=cast.pia, preferred_name="P", sms_allowed=False)
        assert queries.patient(cast.actor("pia"), cast.pia.pk).called == "P"
        entry = AuditEntry.objects.get(code="people.patient-changed")
        assert entry.detail == {"fields": ["preferred_name", "sms_allowed"]}

    def test_nothing_changed_is_not_written_down(self, cast):
        services.change_patient(by=cast.actor("pia"), patient=cast.pia, email=cast.pia.email)
        assert "people.patient-changed" not in codes()

    @pytest.mark.parametrize("name", ["tam", "otto"])
    def test_somebody_elses_record_is_not_found(self, cast, name):
        with pytest.raises(NotFound):
            services.change_patient(by=cast.actor(name), patient=cast.pia, preferred_name="X")

    def test_names_and_birthdays_stay(self, cast):
        with pytest.raises(Invalid, match="last_name"):
            services.change_patient(by=cast.actor("rosa"), patient=cast.pia, last_name="Other")

    def test_the_last_way_to_reach_somebody_cannot_be_taken_away(self, cast):
        with pytest.raises(Invalid):
            services.change_patient(by=cast.actor("tam"), patient=cast.tam, email="")
        assert Patient.objects.get(pk=cast.tam.pk).email == "tam@example.org"


class TestHolds:
    def test_a_hold_lasts_until_a_named_person_releases_it(self, cast):
        hold = services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="Lump to be looked at")
        assert queries.active_holds(cast.actor("rosa"), cast.pia.pk) == (hold,)
        services.release_hold(by=cast.actor("iris"), hold=hold, reason="Seen, harmless")
        assert queries.active_holds(cast.actor("rosa"), cast.pia.pk) == ()
        assert {"people.hold-placed", "people.hold-released"} <= codes(cast.pia.pk)

    def test_the_system_may_place_but_never_release(self, cast):
        hold = services.place_hold(by=cast.actor("system"), patient=cast.pia, reason="Red flag on day 2")
        with pytest.raises(Invalid):
            services.release_hold(by=cast.actor("system"), hold=hold, reason="Time passed")

    def test_the_front_desk_may_do_neither(self, cast):
        with pytest.raises(NotPermitted):
            services.place_hold(by=cast.actor("rosa"), patient=cast.pia, reason="x")

    def test_both_ask_for_a_reason(self, cast):
        with pytest.raises(Invalid):
            services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason=" ")
        hold = services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="x")
        with pytest.raises(Invalid):
            services.release_hold(by=cast.actor("noor"), hold=hold, reason="")

    def test_a_hold_is_released_once(self, cast):
        hold = services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="x")
        services.release_hold(by=cast.actor("noor"), hold=hold, reason="y")
        with pytest.raises(Conflict):
            services.release_hold(by=cast.actor("noor"), hold=hold, reason="y")

    def test_otto_finds_no_hold_here(self, cast):
        hold = services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="x")
        with pytest.raises(NotFound):
            services.release_hold(by=cast.actor("otto"), hold=hold, reason="y")
        with pytest.raises(NotFound):
            services.place_hold(by=cast.actor("otto"), patient=cast.pia, reason="y")


class TestAddStaff:
    def test_the_owner_adds_somebody_who_can_sign_in(self, cast):
        staff = services.add_staff(
            by=cast.actor("owen"),
            email="New@alderbrook.example",
            name="Nia",
            roles={Role.FRONT_DESK},
            password="x" * 12,
        )
        assert staff.user.email == "new@alderbrook.example"
        assert staff.user.check_password("x" * 12)
        assert AuditEntry.objects.filter(code="people.staff-added", object_id=staff.pk).exists()

    @pytest.mark.parametrize("name", ["rosa", "noor", "pia", "visitor", "ines"])
    def test_nobody_else_may(self, cast, name):
        with pytest.raises(NotPermitted):
            services.add_staff(by=cast.actor(name), email="n@a.example", name="N", roles={Role.FRONT_DESK})

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"roles": set()}, "roles"),
            ({"roles": {Role.PATIENT}}, "roles"),
            ({"roles": {Role.PROVIDER}}, "licence"),
            ({"email": "n"}, "email"),
            ({"name": ""}, "name"),
        ],
    )
    def test_says_what_is_missing(self, cast, change, field):
        given = {"email": "n@alderbrook.example", "name": "Nia", "roles": {Role.FRONT_DESK}, **change}
        with pytest.raises(Invalid) as refusal:
            services.add_staff(by=cast.actor("owen"), **given)
        assert set(refusal.value.fields) == {field}

    def test_an_address_has_one_account_in_the_whole_installation(self, cast):
        with pytest.raises(Conflict):
            services.add_staff(
                by=cast.actor("owen"), email="OTTO@bellhaven.example", name="Otto", roles={Role.FRONT_DESK}
            )

    def test_the_database_refuses_a_provider_without_a_licence(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            Staff.objects.filter(pk=cast.noor.pk).update(licence="")


class TestChangeStaff:
    def test_an_ended_account_cannot_sign_in(self, cast):
        staff = services.change_staff(by=cast.actor("owen"), staff=cast.rosa, is_active=False)
        assert not staff.user.is_active
        assert cast.rosa not in queries.staff(cast.actor("owen"))

    def test_nobody_ends_their_own_account(self, cast):
        with pytest.raises(Invalid):
            services.change_staff(by=cast.actor("owen"), staff=cast.owen, is_active=False)

    def test_otto_finds_nobody_here(self, cast):
        with pytest.raises(NotFound):
            services.change_staff(by=cast.actor("otto"), staff=cast.rosa, is_active=False)
