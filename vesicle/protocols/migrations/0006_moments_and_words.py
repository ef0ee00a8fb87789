"""An edition may take force at a moment to come; every saved state of a draft's words is kept."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import Q

from vesicle.core.appendonly import append_only

GUARD = """
CREATE OR REPLACE FUNCTION vesicle_edition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('scheduled', 'approved', 'retired')
       AND (TG_OP = 'DELETE'
            OR to_jsonb(NEW) - 'status' - 'takes_force_at' <> to_jsonb(OLD) - 'status' - 'takes_force_at'
            OR (NEW.takes_force_at IS DISTINCT FROM OLD.takes_force_at
                AND (OLD.status <> 'scheduled' OR NEW.status = 'approved'))) THEN
        RAISE EXCEPTION 'Edition % is %: its content cannot be changed. Begin a new edition.', OLD.number, OLD.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'in-review'), ('draft', 'retired'), ('in-review', 'draft'), ('in-review', 'scheduled'),
        ('in-review', 'approved'), ('scheduled', 'in-review'), ('scheduled', 'approved'), ('approved', 'retired')
    ) THEN
        RAISE EXCEPTION 'Edition % is %: it cannot become %.', OLD.number, OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

GUARD_BEFORE = """
CREATE OR REPLACE FUNCTION vesicle_edition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('approved', 'retired')
       AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'status' <> to_jsonb(OLD) - 'status') THEN
        RAISE EXCEPTION 'Edition % is %: its content cannot be changed. Begin a new edition.', OLD.number, OLD.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

WORDS_SO_FAR = """
SELECT set_config('vesicle.clinic', '*', true);
INSERT INTO protocols_editionwords (clinic_id, edition_id, revision, overlay, part, saved_by_id, saved_at)
    SELECT clinic_id, id, revision, overlay, 'as they stood when this list began', created_by_id, created_at
    FROM protocols_edition;
"""


def owned(to: str) -> models.ForeignKey:
    """Return a column that names a row of another table."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)


class Migration(migrations.Migration):
    """Moments of taking force; the history of words."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("clinic", "0007_site_moments"),
        ("protocols", "0005_translations"),
    ]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("edition", "takes_force_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "edition",
            "status",
            models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("in-review", "In review"),
                    ("scheduled", "Scheduled"),
                    ("approved", "Approved"),
                    ("retired", "Retired"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddField("editionapproval", "takes_force_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "edition",
            models.UniqueConstraint(
                fields=["clinic", "treatment"], condition=Q(status="scheduled"), name="one_scheduled_edition"
            ),
        ),
        migrations.AddConstraint(
            "edition",
            models.CheckConstraint(
                condition=Q(status="scheduled", takes_force_at__isnull=False)
                | Q(status__in=("draft", "in-review"), takes_force_at__isnull=True)
                | Q(status__in=("approved", "retired")),
                name="a_moment_is_chosen_with_approval",
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.CreateModel(
            "EditionWords",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("revision", models.PositiveIntegerField()),
                ("overlay", models.JSONField()),
                ("part", models.CharField(max_length=200)),
                ("saved_at", models.DateTimeField()),
                ("clinic", owned("clinic.clinic")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="protocols.edition"
                    ),
                ),
                ("saved_by", owned("people.staff")),
            ],
        ),
        migrations.AddConstraint(
            "editionwords",
            models.UniqueConstraint(fields=["edition", "revision"], name="words_are_saved_once_a_revision"),
        ),
        migrations.RunSQL(WORDS_SO_FAR, migrations.RunSQL.noop),
        append_only("protocols_editionwords"),
    ]
