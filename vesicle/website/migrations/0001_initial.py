"""What was found in the clinic's own words when an edition was approved."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Reports on the clinic's own words."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("clinic", "0005_resource_days"),
        ("protocols", "0003_own_texts_and_signatures"),
    ]
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            "StatementReport",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("checked_on", models.DateField()),
                ("jurisdiction", models.CharField(max_length=2)),
                ("version", models.CharField(max_length=20)),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="protocols.edition"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "statementreport",
            models.UniqueConstraint(fields=["edition", "revision"], name="one_statement_report_per_revision"),
        ),
        append_only("website_statementreport"),
    ]
