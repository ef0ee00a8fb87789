"""An edition may carry its own text; one row per signature; texts one can go back to; how many signatures are needed."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only

SIGNED_REVISIONS = """
SELECT set_config('vesicle.clinic', '*', true);
ALTER TABLE protocols_editionapproval DISABLE TRIGGER vesicle_append_only;
UPDATE protocols_editionapproval AS signed SET revision = edition.revision
    FROM protocols_edition AS edition WHERE edition.id = signed.edition_id;
ALTER TABLE protocols_editionapproval ENABLE TRIGGER vesicle_append_only;
"""
"""Until now an edition was signed once, in the revision it still has."""


def owned() -> models.ForeignKey:
    """Return the column that says whose row it is."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic")


def staff() -> models.ForeignKey:
    """Return a column that names a member of staff."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff")


def key() -> models.BigAutoField:
    """Return the number of a row."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Own texts and two signatures."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("protocols", "0002_settled_editions")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("edition", "content", models.JSONField(blank=True, null=True)),
        migrations.AddField(
            "editionapproval", "revision", models.PositiveIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField("editionapproval", "is_director", models.BooleanField(default=True)),
        migrations.AlterField(
            "editionapproval",
            "edition",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="protocols.edition"
            ),
        ),
        migrations.RunSQL(SIGNED_REVISIONS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "editionapproval",
            models.UniqueConstraint(fields=["edition", "revision", "approved_by"], name="each_person_signs_once"),
        ),
        migrations.CreateModel(
            "EditionText",
            [
                ("id", key()),
                ("revision", models.PositiveIntegerField()),
                ("content", models.JSONField(null=True)),
                ("part", models.CharField(max_length=200)),
                ("replaced_at", models.DateTimeField()),
                ("clinic", owned()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="protocols.edition"
                    ),
                ),
                ("replaced_by", staff()),
            ],
        ),
        migrations.AddConstraint(
            "editiontext", models.UniqueConstraint(fields=["edition", "revision"], name="one_text_per_revision")
        ),
        migrations.CreateModel(
            "SigningRule",
            [
                ("id", key()),
                ("signatures", models.PositiveSmallIntegerField()),
                ("decided_at", models.DateTimeField()),
                ("clinic", owned()),
                ("decided_by", staff()),
            ],
        ),
        migrations.AddConstraint(
            "signingrule",
            models.CheckConstraint(
                condition=models.Q(signatures__in=(1, 2)), name="one_or_two_signatures"
            ),
        ),
        append_only("protocols_editiontext"),
        append_only("protocols_signingrule"),
    ]
