"""The moments at which a clinic's pages change by themselves."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Changes of the site that are to come."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("clinic", "0006_embed_origins")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField("clinic", "site_moments", ArrayField(models.DateTimeField(), blank=True, default=list)),
    ]
