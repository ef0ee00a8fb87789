"""Signed and appended records of this room cannot be changed or deleted."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("candidacy", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        append_only("candidacy_screeninganswer"),
        append_only("candidacy_screeningverdict"),
        append_only("candidacy_reviewdecision"),
    ]
