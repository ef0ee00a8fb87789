"""Write the reference pages that come from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings

from vesicle.core import reference
from vesicle.core.commands import VesicleCommand


class Command(VesicleCommand):
    """`vesicle reference`."""

    help = "Write docs/reference: audit codes and permissions, from the code."
    group = "Care of the installation"
    needs_database = False

    def handle(self, **options: Any) -> None:
        """Write each page that differs and say which did."""
        reference.load_every_room()
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        changed = [name for name, page in reference.PAGES.items() if _write(folder / name, page())]
        words = f"Written: {', '.join(changed)}." if changed else "Everything was up to date."
        self.emit({"changed": changed}, human=lambda: words)


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
