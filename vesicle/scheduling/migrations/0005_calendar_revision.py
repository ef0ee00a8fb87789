"""A revision for everything that stands still in a clinic's calendars, so that a process may remember it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

TABLES = (
    "clinic_location",
    "clinic_resource",
    "clinic_hours",
    "clinic_travel",
    "people_staff",
    "scheduling_openservice",
    "scheduling_bookingrules",
)

_FUNCTION = """
CREATE FUNCTION vesicle_calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Random, not counted: a number that was rolled back could come again with another meaning.
    INSERT INTO scheduling_calendarrevision (clinic_id, revision)
    VALUES (coalesce(NEW.clinic_id, OLD.clinic_id), gen_random_uuid())
    ON CONFLICT (clinic_id) DO UPDATE SET revision = excluded.revision;
    RETURN NULL;
END $$;
"""
_TRIGGER = """
CREATE TRIGGER vesicle_calendar_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION vesicle_calendar_changed();
"""
_DROP = "DROP TRIGGER vesicle_calendar_changed ON {table};"


class Migration(migrations.Migration):
    """The table, and triggers on everything that it speaks for."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("scheduling", "0004_programs"),
        ("clinic", "0004_calendars"),
        ("people", "0001_initial"),
    ]
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="CalendarRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.UUIDField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["clinic"], name="one_calendar_revision")],
            },
        ),
        migrations.RunSQL(
            _FUNCTION + "".join(_TRIGGER.format(table=table) for table in TABLES),
            "".join(_DROP.format(table=table) for table in TABLES) + "DROP FUNCTION vesicle_calendar_changed();",
        ),
    ]
