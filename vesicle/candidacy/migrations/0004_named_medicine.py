"""What people say about the medicines they named, in a table that only grows."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Named medicines."""

    dependencies = [
        ('candidacy', '0003_rescreening'),
        ('clinic', '0003_lot_scan_and_second_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='NamedMedicine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=40)),
                ('said', models.CharField(max_length=500)),
                ('unclear', models.CharField(blank=True, max_length=20)),
                ('read_as', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('medicine', models.CharField(blank=True, max_length=60)),
                ('status', models.CharField(choices=[('confirmed', 'Confirmed'), ('declined', 'Something else was meant'), ('unsure', 'Not sure')], max_length=10)),
                ('named_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('screening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named_medicines', to='candidacy.screening')),
            ],
            options={
                'indexes': [models.Index(fields=['screening', 'named_at'], name='named_medicine_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status', 'confirmed'), ('medicine', ''), _connector='XOR'), name='a_confirmed_medicine_is_named')],
            },
        ),
        append_only("candidacy_namedmedicine"),
    ]
