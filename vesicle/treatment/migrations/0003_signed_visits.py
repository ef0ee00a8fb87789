"""A signed visit keeps its content: the database refuses changes to it and additions to its chart."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FORWARD = """
CREATE FUNCTION vesicle_encounter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'Visit % is signed: it is never changed or deleted, only amended.', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER vesicle_encounter_guard BEFORE UPDATE OR DELETE ON treatment_encounter
    FOR EACH ROW EXECUTE FUNCTION vesicle_encounter_guard();

CREATE FUNCTION vesicle_chart_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    visit bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.encounter_id ELSE NEW.encounter_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM treatment_encounter WHERE id = visit AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Visit % is signed: nothing is added to its chart or taken from it.', visit
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER vesicle_chart_guard BEFORE INSERT ON treatment_stepentry
    FOR EACH ROW EXECUTE FUNCTION vesicle_chart_guard();
CREATE TRIGGER vesicle_chart_guard BEFORE INSERT OR UPDATE OR DELETE ON treatment_productuse
    FOR EACH ROW EXECUTE FUNCTION vesicle_chart_guard();
"""

BACKWARD = """
DROP TRIGGER vesicle_chart_guard ON treatment_productuse;
DROP TRIGGER vesicle_chart_guard ON treatment_stepentry;
DROP FUNCTION vesicle_chart_guard();
DROP TRIGGER vesicle_encounter_guard ON treatment_encounter;
DROP FUNCTION vesicle_encounter_guard();
"""


class Migration(migrations.Migration):
    """Guards on signed visits."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("treatment", "0002_append_only")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORWARD, BACKWARD)]
