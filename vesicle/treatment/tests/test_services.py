"""Starting a visit behind its gates, charting, products and their refusals, signing, amending."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from vesicle.candidacy import services as candidacy
from vesicle.clinic import services as clinics
from vesicle.consent import services as consents
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people import services as people
from vesicle.people.identity import staff_actor
from vesicle.people.models import Staff
from vesicle.scheduling.models import Appointment
from vesicle.treatment import queries, services
from vesicle.treatment.models import Amendment, Encounter, ProductUse, StepEntry
from vesicle.treatment.tests.situations import EXPIRED, GOOD, RECALLED, TOPICAL

# --- gates --------------------------------------------------------------------------------------


@pytest.fixture
def arrived(path):
    """Pia, booked, signed and checked in, on the day: everything but the start."""
    pia = path().signed()
    with clock.pretend(pia.appointment.starts_at):
        pia.check_in()
        yield pia


def closed(path, by=None):
    found = services.gates(by=by or path.nurse, appointment=path.appointment, now=clock.now())
    return [gate.id for gate in found if not gate.is_open]


class TestGates:
    def test_all_open_lets_the_visit_start(self, arrived):
        assert closed(arrived) == []
        encounter = arrived.start()
        arrived.appointment.refresh_from_db()
        assert arrived.appointment.state == Appointment.State.IN_TREATMENT
        assert (encounter.consent, encounter.protocol_version) == (arrived.consent, "1.1.0")
        assert arrived.start() == encounter  # starting again opens the same one

    def test_without_consent_it_does_not(self, arrived):
        consents.withdraw(by=arrived.me, consent=arrived.consent, now=clock.now())
        self._refused(arrived, "consent")
        arrived.sign()
        assert arrived.start()

    def test_without_clearance_it_does_not(self, arrived):
        candidacy.revoke_clearance(
            by=arrived.house.actor("iris"), patient=arrived.patient, option=arrived.option, reason="New medicine."
        )
        self._refused(arrived, "cleared")

    def test_without_the_licence_it_does_not(self, arrived):
        Staff.objects.filter(pk=arrived.house.cast.noor.pk).update(licence="aesthetician")
        self._refused(arrived, "licence")
        Staff.objects.filter(pk=arrived.house.cast.noor.pk).update(
            licence="rn", licence_expires_on=clock.now().date() - timedelta(days=1)
        )
        self._refused(arrived, "licence")

    def test_with_a_hold_it_does_not(self, arrived):
        iris = arrived.house.actor("iris")
        hold = people.place_hold(by=iris, patient=arrived.patient, reason="Allergy test first.", at=clock.now())
        self._refused(arrived, "hold")
        people.release_hold(by=iris, hold=hold, reason="Test negative.", at=clock.now())
        assert arrived.start()

    def test_before_check_in_or_on_another_day_it_does_not(self, path):
        pia = path().signed()
        assert closed(pia) == ["arrived"]
        with clock.pretend(pia.appointment.starts_at):
            self._refused(pia, "arrived")
            pia.check_in()
        with clock.pretend(pia.appointment.starts_at + timedelta(days=1)):
            self._refused(pia, "arrived")

    def test_only_providers_start_visits(self, arrived):
        for name in ("rosa", "owen", "pia"):
            with pytest.raises(NotPermitted):
                services.start_visit(by=arrived.house.actor(name), appointment=arrived.appointment, now=clock.now())
        assert not Encounter.objects.exists()

    def _refused(self, path, gate):
        assert closed(path) == [gate]
        with pytest.raises(Blocked) as blocked:
            path.start()
        assert len(blocked.value.reasons) == 1
        assert not Encounter.objects.exists()


# --- charting -----------------------------------------------------------------------------------


@pytest.fixture
def visit(path):
    """An open visit; the clock stands at its beginning."""
    pia = path().started()
    with clock.pretend(pia.appointment.starts_at):
        yield pia


def record(path, step, **values):
    given = {tuple(name.split("__")) if "__" in name else (name, ""): value for name, value in values.items()}
    given = {(record.replace("_", "-"), area.replace("_", "-")): value for (record, area), value in given.items()}
    return services.record_step(by=path.nurse, encounter=path.encounter, step_id=step, values=given, now=clock.now())


class TestRecordStep:
    def test_keeps_the_value_with_its_unit_and_adds_nothing_when_it_is_the_same(self, visit):
        (entry,) = record(visit, "needle", depth__full_face="0.5")
        assert (entry.value, entry.unit, entry.area) == ("0.5", "mm", "full-face")
        assert record(visit, "needle", depth__full_face="0.5") == []
        (corrected,) = record(visit, "needle", depth__full_face="1")
        assert queries.latest_entries(visit.encounter)["needle", "depth", "full-face"] == corrected
        assert StepEntry.objects.count() == 2

    @pytest.mark.parametrize("typed", ["-1", "99", "deep", "nan", "1e400", "0.03"])
    def test_refuses_what_the_unit_and_range_do_not_allow_and_charts_nothing_of_the_step(self, visit, typed):
        with pytest.raises(Invalid) as refused:
            record(visit, "needle", passes__full_face="2", depth__full_face=typed)
        assert list(refused.value.fields) == ["depth.full-face"]
        assert "mm" in refused.value.fields["depth.full-face"]
        assert not StepEntry.objects.exists()

    def test_refuses_records_choices_areas_and_steps_that_do_not_exist(self, visit):
        with pytest.raises(Invalid):
            record(visit, "reaction", tingling="a new word")
        for step, values in (
            ("needle", {"made_up": "1"}),
            ("needle", {"depth__neck": "1"}),
            ("needle", {"depth": "1"}),
            ("dance", {"depth__full_face": "1"}),
        ):
            with pytest.raises(NotFound):
                record(visit, step, **values)


class TestUseProduct:
    def use(self, path, lot=None, **changes):
        given = {
            "by": path.nurse,
            "encounter": path.encounter,
            "step_id": "product-check",
            "need_id": "exosomes",
            "quantity": Decimal("2.5"),
            "route": "topical-after-microneedling",
            "now": clock.now(),
        }
        if lot is not None:
            given["lot"] = lot
        return services.use_product(**given | changes)

    def test_takes_a_good_lot_from_the_stock(self, visit):
        use = self.use(visit, visit.house.lot(GOOD))
        assert use.lot.code == GOOD
        movement = use.lot.movements.get()
        assert movement.quantity == Decimal("-2.5")
        assert [row.use_id for row in queries.treated_with(visit.house.actor("iris"), lot_code="rv-2511")] == [use.pk]

    @pytest.mark.parametrize("how", [{"code": GOOD}, {"scan": "(01)09506000134352(10)RV-2511"}])
    def test_reads_a_typed_code_and_a_scanned_label(self, visit, how):
        assert self.use(visit, **how).lot == visit.house.lot(GOOD)

    @pytest.mark.parametrize(("code", "why"), [(EXPIRED, "expired"), (RECALLED, "recalled"), ("NC-7781", "exosome")])
    def test_refuses_an_expired_a_recalled_and_a_wrong_product(self, visit, code, why):
        with pytest.raises(Blocked) as blocked:
            self.use(visit, visit.house.lot(code))
        assert why in " ".join(blocked.value.reasons).lower()
        self.nothing_was_used(visit)
        assert self.use(visit, visit.house.lot(GOOD))

    def test_refuses_an_unknown_lot(self, visit):
        for how in ({"code": "XX-0001"}, {"scan": "(01)09506000134352(10)XX-0001"}):
            with pytest.raises((Blocked, Invalid, NotFound)):
                self.use(visit, **how)
        self.nothing_was_used(visit)

    def test_refuses_a_lot_that_lies_at_the_other_location(self, visit):
        with pytest.raises(Blocked):
            self.use(visit, visit.house.lot(GOOD, "phoenix"))
        self.nothing_was_used(visit)

    def test_refuses_more_than_there_is_and_nothing_at_all(self, visit):
        with pytest.raises(Blocked):
            self.use(visit, visit.house.lot(GOOD), quantity=Decimal(601))
        for nothing in (Decimal(0), Decimal(-1)):
            with pytest.raises(Invalid):
                self.use(visit, visit.house.lot(GOOD), quantity=nothing)
        self.nothing_was_used(visit)

    @pytest.mark.parametrize("route", ["intradermal-injection", "topical-intact", "intravenous", ""])
    def test_refuses_exosomes_by_injection_or_any_route_the_protocol_does_not_give(self, visit, route):
        with pytest.raises(Blocked) as blocked:
            self.use(visit, visit.house.lot(GOOD), route=route)
        assert blocked.value.code == "route-not-in-protocol"
        self.nothing_was_used(visit)

    def test_refuses_a_lot_recalled_a_moment_ago(self, visit):
        lot = visit.house.lot(GOOD)
        clinics.recall_lot(by=visit.house.actor("iris"), product=lot.product, code=GOOD, reason="Particles.")
        with pytest.raises(Blocked):
            self.use(visit, lot)
        self.nothing_was_used(visit)

    def test_refuses_a_human_product_nobody_has_decided_on(self, visit):
        with pytest.raises(Blocked):
            clinics.receive_lot(
                by=visit.house.actor("iris"),
                product=visit.house.products["human"],
                location=visit.where,
                code="PV-1",
                expires_on=clock.now().date() + timedelta(days=90),
                quantity=Decimal(10),
                certificate="COA",
                checked_by=visit.house.cast.noor,
            )

    def test_taking_back_returns_the_stock_and_keeps_the_row(self, visit):
        use = self.use(visit, visit.house.lot(GOOD))
        services.void_use(by=visit.nurse, use=use, reason="Wrong vial.", now=clock.now())
        assert sum(row.quantity for row in use.lot.movements.all()) == 0
        assert queries.treated_with(visit.house.actor("iris"), lot_code=GOOD) == []
        with pytest.raises(Conflict):
            services.void_use(by=visit.nurse, use=use, reason="Again.", now=clock.now())
        assert ProductUse.objects.get().void_reason == "Wrong vial."

    def nothing_was_used(self, path):
        assert not ProductUse.objects.exists()
        assert not path.house.lot(GOOD).movements.exists()


# --- signing and amending -----------------------------------------------------------------------


class TestSign:
    def sign(self, path, **changes):
        given = {"by": path.nurse, "encounter": path.encounter, "signature": "Noor Haddad", "now": clock.now()}
        return services.sign_encounter(**given | changes)

    def test_names_everything_that_is_missing(self, visit):
        with pytest.raises(Blocked) as blocked:
            self.sign(visit)
        assert blocked.value.code == "chart-incomplete"
        assert len(blocked.value.reasons) > 15
        visit.encounter.refresh_from_db()
        assert visit.encounter.signed_at is None

    def test_locks_the_visit_and_begins_what_comes_after(self, path):
        pia = path().charted()
        with pytest.raises(Invalid):
            self.sign(pia, signature="Iris Lindqvist")
        signed = self.sign(pia)
        pia.appointment.refresh_from_db()
        assert (signed.signed_by, pia.appointment.state) == (pia.house.cast.noor, Appointment.State.DONE)
        assert signed.check_ins.count() == 5
        assert sorted(signed.follow_ups.values_list("week", flat=True)) == [3, 12, 26]
        assert AuditEntry.objects.get(code="visit.signed").detail == {"hash": signed.content_hash}

    def test_nothing_changes_afterwards(self, treated):
        act = {"by": treated.nurse, "encounter": treated.encounter}
        for attempt in (
            lambda: record(treated, "needle", depth__full_face="1"),
            lambda: services.add_instructions(**act, text="More"),
            lambda: self.sign(treated),
            lambda: TestUseProduct().use(treated, treated.house.lot(GOOD)),
        ):
            with pytest.raises(Conflict):
                attempt()

    def test_the_database_refuses_changes_behind_our_back(self, treated):
        rows = (
            Encounter.objects.filter(pk=treated.encounter.pk),
            StepEntry.objects.filter(encounter=treated.encounter),
            ProductUse.objects.filter(encounter=treated.encounter),
        )
        changes = ({"signature": "Nobody"}, {"value": "9"}, {"quantity": Decimal(9)})
        for row, change in zip(rows, changes, strict=True):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**change)
            with pytest.raises(IntegrityError), transaction.atomic():
                row.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            StepEntry.objects.create(
                encounter=treated.encounter,
                step="needle",
                record="depth",
                value="1",
                recorded_at=clock.now(),
                recorded_by=treated.house.cast.noor,
            )

    def test_tampering_below_the_triggers_shows_on_the_chart(self, treated):
        iris = treated.house.actor("iris")
        assert queries.chart(iris, treated.encounter.pk).is_unaltered
        entry = StepEntry.objects.get(encounter=treated.encounter, record="depth")
        self._behind_the_triggers("UPDATE treatment_stepentry SET value = '\"9\"' WHERE id = %s", entry.pk)
        assert not queries.chart(iris, treated.encounter.pk).is_unaltered

    def _behind_the_triggers(self, statement, *values):
        table = "treatment_stepentry"
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestAmend:
    def amend(self, path, **changes):
        given = {
            "by": path.house.actor("iris"),
            "encounter": path.encounter,
            "text": "The depth was 0.25 mm.",
            "reason": "Mistyped.",
            "signature": "Iris Lindqvist",
            "now": clock.now(),
        }
        return services.amend(**given | changes)

    def test_stands_beside_what_it_corrects_and_leaves_the_signature_whole(self, treated):
        entry = StepEntry.objects.get(encounter=treated.encounter, record="depth")
        amendment = self.amend(treated, corrects=entry)
        chart = queries.chart(treated.nurse, treated.encounter.pk)
        assert list(chart.amendments) == [amendment]
        assert chart.is_unaltered
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.update(text="Other")

    @pytest.mark.parametrize(
        ("changes", "field"), [({"text": " "}, "text"), ({"reason": ""}, "reason"), ({"signature": "I"}, "signature")]
    )
    def test_says_what_why_and_who(self, treated, changes, field):
        with pytest.raises(Invalid) as refused:
            self.amend(treated, **changes)
        assert list(refused.value.fields) == [field]
        assert not Amendment.objects.exists()

    def test_an_open_visit_is_corrected_directly(self, visit):
        with pytest.raises(Conflict):
            self.amend(visit)

    def test_front_desk_and_owner_may_not(self, treated):
        for name in ("rosa", "owen", "pia"):
            with pytest.raises(NotPermitted):
                self.amend(treated, by=treated.house.actor(name))


# --- reading and tracing ------------------------------------------------------------------------


class TestTrace:
    def test_finds_everyone_at_every_location(self, path):
        pia = path().treated()
        friday = clock.now().date() + timedelta(days=4)
        tam = path("tam", option=TOPICAL, place=pia.house.cast.phoenix)
        tam.booked(on=friday)
        tam.sign()
        with clock.pretend(tam.appointment.starts_at):
            tam.check_in()
            tam.start()
        tam.treated()
        rows = queries.treated_with(pia.house.actor("owen"), lot_code=" rv-2511 ")
        assert [(row.patient, row.location, row.zone) for row in rows] == [
            ("Tam Nguyen", "Phoenix", "America/Phoenix"),
            ("Pia Sørensen", "Portland", "America/Los_Angeles"),
        ]
        assert AuditEntry.objects.get(code="lot.traced").detail == {"lot": " rv-2511 ", "people": 2}
        with pytest.raises(NotPermitted):
            queries.treated_with(pia.house.actor("rosa"), lot_code=GOOD)
        cast = pia.house.cast
        with clinic_scope(cast.other.pk):
            assert queries.treated_with(staff_actor(cast.otto), lot_code=GOOD) == []


class TestReads:
    def test_the_patient_reads_their_own_once_it_is_signed(self, path):
        pia = path().charted()
        with pytest.raises(NotFound):
            queries.chart(pia.me, pia.encounter.pk)
        pia.treated()
        assert queries.chart(pia.me, pia.encounter.pk).encounter == pia.encounter
        with pytest.raises(NotFound):
            queries.chart(pia.house.actor("tam"), pia.encounter.pk)
        for name in ("rosa", "owen", "ines"):
            with pytest.raises(NotPermitted):
                queries.chart(pia.house.actor(name), pia.encounter.pk)
        assert AuditEntry.objects.filter(code="visit.read", patient_id=pia.patient.pk).count() == 1
