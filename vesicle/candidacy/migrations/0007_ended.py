"""The day on which something was over, beside an answer of no."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """One column; answers given before have none."""

    dependencies: ClassVar[list[tuple[str, str]]] = [('candidacy', '0006_exam_conditions_limits')]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField(model_name='screeninganswer', name='ended', field=models.DateField(null=True)),
    ]
