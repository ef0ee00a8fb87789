"""Keep the scan a lot was received with, and who compared a typed code with the label."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Two columns of a lot."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("clinic", "0002_initial"), ("people", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "lot", "scan", models.CharField(blank=True, default="", max_length=200), preserve_default=False
        ),
        migrations.AddField(
            "lot",
            "checked_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
    ]
