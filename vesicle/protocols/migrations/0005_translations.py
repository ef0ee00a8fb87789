"""What an edition says in other languages is kept as it was signed. Editions signed before say English."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Signed translations, and which of them an edition has."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("protocols", "0004_picture_sizes")]
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            "ProtocolTranslation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=8)),
                ("checksum", models.CharField(max_length=64, unique=True)),
                ("texts", models.JSONField()),
                ("kept_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("edition", "translations", models.JSONField(blank=True, default=dict)),
        append_only("protocols_protocoltranslation"),
    ]
