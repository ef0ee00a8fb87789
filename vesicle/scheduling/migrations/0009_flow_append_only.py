"""Steps of the day's flow cannot be changed or deleted."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from vesicle.core.appendonly import append_only


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("scheduling", "0008_flow")]
    operations: ClassVar[list[Operation]] = [
        append_only("scheduling_flowstep"),
    ]
