"""An approved edition is looked at again when the rules change: one report for each version of them."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Reports by version of the rules."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("website", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.RemoveConstraint("statementreport", "one_statement_report_per_revision"),
        migrations.AddConstraint(
            "statementreport",
            models.UniqueConstraint(
                fields=["edition", "revision", "version"], name="one_statement_report_per_version"
            ),
        ),
    ]
