"""Published words are judged again by newer rules; who agreed to a public portrait is on record."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only

# What was found at publication was a column of the version; it is the first report on it from now on.
REPORTS_SO_FAR = """
SELECT set_config('vesicle.clinic', '*', true);
INSERT INTO website_profilereport
        (clinic_id, profile_version_id, checked_on, jurisdiction, version, content, made_at)
    SELECT clinic_id, id, (checked ->> 'checked_on')::date, checked ->> 'jurisdiction', checked ->> 'version', checked,
           published_at
    FROM website_profileversion;
"""


def key() -> models.BigAutoField:
    """Return the column of a row's number."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def owned(to: str, name: str = "+") -> models.ForeignKey:
    """Return a column that names a row of another table."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


class Migration(migrations.Migration):
    """Reports on profiles; agreements to portraits."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("clinic", "0007_site_moments"),
        ("people", "0002_messages_too_late"),
        ("website", "0003_profiles"),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            "ProfileReport",
            [
                ("id", key()),
                ("checked_on", models.DateField()),
                ("jurisdiction", models.CharField(max_length=2)),
                ("version", models.CharField(max_length=20)),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("clinic", owned("clinic.clinic")),
                ("profile_version", owned("website.profileversion", "reports")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["profile_version", "version"], name="one_profile_report_per_version")
                ]
            },
        ),
        migrations.RunSQL(REPORTS_SO_FAR, migrations.RunSQL.noop),
        # With a default, so that going back finds something to fill the column with.
        migrations.AlterField("profileversion", "checked", models.JSONField(default=dict)),
        migrations.RemoveField("profileversion", "checked"),
        migrations.CreateModel(
            "PortraitAgreement",
            [
                ("id", key()),
                ("is_given", models.BooleanField()),
                ("said_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("clinic", owned("clinic.clinic")),
                ("recorded_by", owned("people.staff")),
                ("staff", owned("people.staff")),
            ],
            options={"abstract": False},
        ),
        append_only("website_profilereport"),
        append_only("website_portraitagreement"),
    ]
