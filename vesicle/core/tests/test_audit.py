"""The audit trail: what is recorded, that it cannot be changed, and that tampering shows."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from vesicle.core import audit
from vesicle.core.models import AuditChain, AuditEntry
from vesicle.core.scope import clinic_scope

LOOKED = audit.define("test.looked", "looked at something")


@pytest.fixture
def trail(cast):
    """Five entries more than the set-up made, sealed."""
    for number in range(5):
        audit.record(LOOKED, by=cast.actor("noor"), about=cast.pia, patient_id=cast.pia.pk, detail={"number": number})
    seal()
    return AuditEntry.objects.filter(code=LOOKED.code).order_by("position")


def seal():
    """Let the deferred triggers run now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def behind_the_guard(sql, *values):
    """Do what somebody with the keys to the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER vesicle_audit_guard")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0
        seal()
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER vesicle_audit_guard")


def verify(cast):
    return audit.verify(cast.clinic.pk)


def test_an_entry_says_who_what_when_and_about_whom(cast, trail):
    entry = trail[0]
    assert (entry.actor_name, entry.actor_kind, entry.object_type) == ("Noor Haddad", "staff", "people.patient")
    assert (entry.object_id, entry.patient_id, entry.detail) == (cast.pia.pk, cast.pia.pk, {"number": 0})
    assert audit.sentence_for(entry.code) == "looked at something"


def test_an_untouched_trail_is_whole(cast, trail):
    proof = verify(cast)
    assert proof.faults == ()
    assert proof.entries == AuditEntry.objects.count() == AuditChain.objects.get().position


def test_each_clinic_has_a_chain_of_its_own(cast, trail):
    with clinic_scope(cast.other.pk):
        proof = audit.verify(cast.other.pk)
    assert proof.faults == ()
    assert proof.entries < verify(cast).entries


@pytest.mark.parametrize("act", [lambda rows: rows.update(code="test.other"), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_or_delete_an_entry(trail, act):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        act(AuditEntry.objects.filter(pk=trail[0].pk))


def test_not_even_an_unsealed_entry_can_be_reworded(cast):
    entry = audit.record(LOOKED, by=cast.actor("noor"))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(actor_name="Somebody else")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE core_auditentry SET actor_name = 'Rosa' WHERE id = %s", "its content was changed"),
        ("UPDATE core_auditentry SET detail = '{}' WHERE id = %s", "its content was changed"),
        ("UPDATE core_auditentry SET at = at + interval '1 s' WHERE id = %s", "its content was changed"),
        ("UPDATE core_auditentry SET patient_id = NULL WHERE id = %s", "its content was changed"),
        ("UPDATE core_auditentry SET chain_hash = repeat('0', 64) WHERE id = %s", "the chain is broken here"),
        ("DELETE FROM core_auditentry WHERE id = %s", "one was removed"),
    ],
)
def test_tampering_in_the_middle_shows(cast, trail, sql, says):
    behind_the_guard(sql, trail[2].pk)
    assert any(says in fault for fault in verify(cast).faults)


def test_rewording_with_a_matching_hash_breaks_the_chain(cast, trail):
    entry = trail[2]
    entry.actor_name = "Rosa"
    forged = audit.content_hash(entry)
    behind_the_guard(
        "UPDATE core_auditentry SET actor_name = 'Rosa', content_hash = %s WHERE id = %s", forged, entry.pk
    )
    assert any("the chain is broken here" in fault for fault in verify(cast).faults)


def test_cutting_off_the_end_shows(cast, trail):
    behind_the_guard("DELETE FROM core_auditentry WHERE id = %s", trail[4].pk)
    assert any("the last entries were removed" in fault for fault in verify(cast).faults)


def test_an_entry_of_a_transaction_that_fails_was_never_there(cast, trail):
    before = AuditEntry.objects.count()
    with transaction.atomic():
        audit.record(LOOKED, by=cast.actor("noor"))
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == before
    assert verify(cast).faults == ()


def test_a_code_keeps_its_sentence():
    assert audit.define("test.looked", "looked at something") is not None
    with pytest.raises(ValueError, match="defined twice"):
        audit.define("test.looked", "did something else")
    assert audit.sentence_for("older.release") == "older.release"


class TestCommand:
    def run(self, *words):
        out = StringIO()
        call_command("audit", "verify", "--json", *words, stdout=out)
        return json.loads(out.getvalue())

    def test_proves_every_clinic(self, cast, trail):
        answer = self.run()
        assert answer["whole"] is True
        assert [row["clinic"] for row in answer["clinics"]] == ["alderbrook", "bellhaven"]
        assert all(row["entries"] > 0 and row["faults"] == [] for row in answer["clinics"])

    def test_proves_one_clinic(self, cast, trail):
        assert [row["clinic"] for row in self.run("--clinic", "bellhaven")["clinics"]] == ["bellhaven"]

    def test_ends_with_1_and_says_where_when_something_was_changed(self, cast, trail, capsys):
        behind_the_guard("UPDATE core_auditentry SET actor_name = 'Rosa' WHERE id = %s", trail[2].pk)
        with pytest.raises(SystemExit) as ended:
            call_command("audit", "verify")
        assert ended.value.code == 1
        said = capsys.readouterr().out
        assert "alderbrook: the audit trail was tampered with" in said
        assert f"Entry {trail[2].pk}" in said

    def test_an_unknown_clinic_is_bad_input(self, cast):
        with pytest.raises(CommandError, match="There is: alderbrook, bellhaven") as refused:
            self.run("--clinic", "nowhere")
        assert refused.value.returncode == 2

    def test_without_a_clinic_it_says_so(self, db):
        out = StringIO()
        call_command("audit", "verify", stdout=out)
        assert out.getvalue().strip() == "There is no clinic yet."
