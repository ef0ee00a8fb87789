"""What the public pages say of the team and the locations, and every version that was published."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Profiles of people and places."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('clinic', '0006_embed_origins'),
        ('people', '0002_messages_too_late'),
        ('website', '0002_reports_by_version'),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('draft', models.JSONField(null=True)),
                ('is_submitted', models.BooleanField(default=False)),
                ('changed_by', models.CharField(blank=True, max_length=120)),
                ('changed_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('location', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.location')),
                ('staff', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
        ),
        migrations.CreateModel(
            name='ProfileVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('checked', models.JSONField()),
                ('written_by', models.CharField(max_length=120)),
                ('published_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='website.profile')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
        ),
        migrations.AddField(
            model_name='profile',
            name='shown',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='website.profileversion'),
        ),
        migrations.AddConstraint(
            model_name='profileversion',
            constraint=models.UniqueConstraint(fields=('profile', 'number'), name='profile_version_number'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('location__isnull', True), ('staff__isnull', False)), models.Q(('location__isnull', False), ('staff__isnull', True)), _connector='OR'), name='a_profile_is_of_one_person_or_place'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('is_submitted', False), ('draft__isnull', False), _connector='OR'), name='only_a_draft_is_submitted'),
        ),
        append_only("website_profileversion"),
    ]
