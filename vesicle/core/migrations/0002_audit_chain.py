"""Seal audit entries into a hash chain at commit, and refuse to change or delete them."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FORWARD = """
-- Runs when the transaction commits, so the chain is locked for as short as possible and always last.
-- By then the clinic's scope may have been left, so the function enters it for itself.
CREATE FUNCTION vesicle_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope text := coalesce(current_setting('vesicle.clinic', true), '');
    head core_auditchain%ROWTYPE;
    sealed text;
BEGIN
    PERFORM set_config('vesicle.clinic', NEW.clinic_id::text, true);
    INSERT INTO core_auditchain (clinic_id, position, chain_hash)
        VALUES (NEW.clinic_id, 0, repeat('0', 64)) ON CONFLICT (clinic_id) DO NOTHING;
    SELECT * INTO head FROM core_auditchain WHERE clinic_id = NEW.clinic_id FOR UPDATE;
    sealed := encode(sha256(convert_to(head.chain_hash || NEW.content_hash, 'UTF8')), 'hex');
    UPDATE core_auditentry SET position = head.position + 1, chain_hash = sealed WHERE id = NEW.id;
    UPDATE core_auditchain SET position = head.position + 1, chain_hash = sealed WHERE id = head.id;
    PERFORM set_config('vesicle.clinic', scope, true);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER vesicle_audit_seal AFTER INSERT ON core_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION vesicle_audit_seal();

CREATE FUNCTION vesicle_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.chain_hash IS NULL
       AND to_jsonb(NEW) - 'position' - 'chain_hash' = to_jsonb(OLD) - 'position' - 'chain_hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: entry % cannot be changed or deleted.', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER vesicle_audit_guard BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION vesicle_audit_guard();
"""

BACKWARD = """
DROP TRIGGER vesicle_audit_guard ON core_auditentry;
DROP TRIGGER vesicle_audit_seal ON core_auditentry;
DROP FUNCTION vesicle_audit_guard();
DROP FUNCTION vesicle_audit_seal();
"""


class Migration(migrations.Migration):
    """Two triggers on the audit trail."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("core", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORWARD, BACKWARD)]
