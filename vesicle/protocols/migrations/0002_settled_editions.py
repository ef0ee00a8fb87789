"""Released protocols and signatures never change; an approved or retired edition keeps its content."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only

FORWARD = """
CREATE FUNCTION vesicle_edition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('approved', 'retired')
       AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'status' <> to_jsonb(OLD) - 'status') THEN
        RAISE EXCEPTION 'Edition % is %: its content cannot be changed. Begin a new edition.', OLD.number, OLD.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER vesicle_edition_guard BEFORE UPDATE OR DELETE ON protocols_edition
    FOR EACH ROW EXECUTE FUNCTION vesicle_edition_guard();
"""

BACKWARD = """
DROP TRIGGER vesicle_edition_guard ON protocols_edition;
DROP FUNCTION vesicle_edition_guard();
"""


class Migration(migrations.Migration):
    """Guards on releases, editions and approvals."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("protocols", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        append_only("protocols_protocolrelease"),
        append_only("protocols_editionapproval"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
