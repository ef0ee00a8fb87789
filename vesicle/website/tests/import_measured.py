"""How much of what labelled pages state is read, and how much is read that they do not state."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vesicle.protocols.parsed import read_shipped
from vesicle.website.importing import read_page
from vesicle.website.importing.roles import ROLES

PAGES = Path(__file__).parent / "import_pages"
KEPT = "kept-"


@dataclass
class Measured:
    """Facts stated and found, figures that are wrong or not stated, traps that were read; each by page."""

    stated: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    trapped: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the stated facts that was found."""
        return self.found / self.stated if self.stated else 1.0


def expected() -> dict[str, Any]:
    """Return what each page states."""
    return dict(read_shipped(PAGES / "expected.yaml", name="expected.yaml").data)


def measured(*, kept: bool) -> Measured:
    """Read the pages of one half and count."""
    result = Measured()
    for name, stated in expected().items():
        if name.startswith(KEPT) == kept:
            _count(result, name, stated)
    return result


def _count(result: Measured, name: str, stated: dict[str, Any]) -> None:
    page = read_page((PAGES / f"{name}.html").read_bytes()).as_dict()

    def fact(what: str, is_found: bool) -> None:
        result.stated += 1
        result.found += is_found
        if not is_found:
            result.missed.append(f"{name}: {what}")

    fact("treatment", page["treatment"] == stated["treatment"])
    for role in ROLES:
        if stated[role] is not None:
            fact(f"{role} {stated[role]} (read {page[role]})", page[role] == list(stated[role]))
        if page[role] is not None and page[role] != stated[role]:
            result.invented.append(f"{name}: {role} {page[role]}, stated {stated[role]}")
    questions = {one["question"] for one in page["contraindications"]} - {None}
    for key, read in (
        ("modalities", set(page["modalities"])),
        ("questions", questions),
        ("concerns", set(page["concerns"])),
        ("alternatives", set(page["alternatives"])),
    ):
        for one in stated[key]:
            fact(f"{key} {one}", one in read)
        result.surplus += [f"{name}: {key} {one}" for one in sorted(read - set(stated[key]))]
    for section, words in stated["sections"].items():
        fact(f"section {section}", words in page["sections"].get(section, ""))
    read_text = "\n".join([*page["sections"].values(), *(one["text"] for one in page["sentences"])])
    result.trapped += [f"{name}: {trap}" for trap in stated["traps"] if trap in read_text]
