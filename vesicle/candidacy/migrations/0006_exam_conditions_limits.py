"""What an examination found, what a clearance depends on, and the clinic's own limits on who may clear."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Columns and tables of the good-faith exam."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('candidacy', '0005_preferences'),
        ('clinic', '0003_lot_scan_and_second_person'),
        ('people', '0001_initial'),
        ('protocols', '0002_settled_editions'),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            model_name='reviewdecision',
            name='asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reviewdecision',
            name='edition',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='protocols.edition'),
        ),
        migrations.AddField(
            model_name='reviewdecision',
            name='findings',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='reviewdecision',
            name='is_withdrawal',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='reviewdecision',
            name='protocol_version',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.CreateModel(
            name='ClearanceCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('before', models.CharField(choices=[('booking', 'Before booking'), ('treating', 'Before treating')], max_length=8)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='candidacy.reviewdecision')),
            ],
        ),
        migrations.CreateModel(
            name='ClearingLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('exam', 'Who may examine'), ('rule', 'Who may clear a rule'), ('director', "The medical director's privilege")], max_length=8)),
                ('option', models.CharField(blank=True, max_length=80)),
                ('rule', models.CharField(blank=True, max_length=121)),
                ('licences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
        ),
        migrations.CreateModel(
            name='ConditionMet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField()),
                ('met_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('condition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='met', to='candidacy.clearancecondition')),
                ('met_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
        ),
        migrations.AddConstraint(
            model_name='clearancecondition',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_condition_says_what'),
        ),
        migrations.AddConstraint(
            model_name='clearinglimit',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('clinic', 'kind', 'option', 'rule'), name='one_limit_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='clearinglimit',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'director'), models.Q(('licences', []), _negated=True), _connector='OR'), name='a_limit_names_somebody'),
        ),
        migrations.AddConstraint(
            model_name='clearinglimit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'rule'), _negated=True), models.Q(('rule', ''), _negated=True), _connector='OR'), name='a_rule_limit_names_its_rule'),
        ),
        migrations.AddConstraint(
            model_name='conditionmet',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='a_met_condition_has_a_note'),
        ),
        append_only("candidacy_clearancecondition"),
        append_only("candidacy_conditionmet"),
    ]
