"""Install the released files of the library into the database."""

from django.db import transaction

from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.protocols.checking import plain
from vesicle.protocols.library_files import checksum, library_paths, load_library, released_checksums
from vesicle.protocols.models import ProtocolRelease
from vesicle.protocols.services import steps


def install_library() -> list[ProtocolRelease]:
    """Put every released file of the library into the database; return those that were new.

    Safe to repeat. Raises ``FileRefused`` for a file that is wrong or altered, ``Conflict`` when the
    database holds other content under a version; nothing is installed then.
    """
    library = load_library()
    released = released_checksums()
    new = []
    with transaction.atomic():
        for path in library_paths():
            treatment, version = path.parent.name, path.stem
            if (treatment, version) not in released:
                continue
            row, is_new = ProtocolRelease.objects.get_or_create(
                treatment=treatment,
                version=version,
                defaults={
                    "source": path.read_text("utf-8"),
                    "content": plain(library.protocol(treatment, version)),
                    "checksum": checksum(path),
                    "installed_at": clock.now(),
                },
            )
            if row.checksum != released[treatment, version]:
                raise Conflict(
                    f"The database holds another text under {treatment} {version} than this release. "
                    "A released version never changes; find out which of the two was altered."
                )
            if is_new:
                new.append(row)
        if new:
            # What a page says may rest on a claim that the newest release does not make any more.
            steps.every_site_changed()
    return new
