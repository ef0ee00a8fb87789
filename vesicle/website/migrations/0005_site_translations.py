"""What the public pages say in other languages of the clinic, its team and its locations."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Texts of no edition in other languages."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('clinic', '0007_site_moments'),
        ('people', '0002_messages_too_late'),
        ('website', '0004_agreed_and_judged_again'),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name='SiteTranslation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('place', models.CharField(max_length=80)),
                ('of', models.CharField(max_length=64)),
                ('text', models.TextField(blank=True)),
                ('changed', models.PositiveIntegerField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'language', 'place'), name='one_site_translation_per_place')],
            },
        ),
    ]
