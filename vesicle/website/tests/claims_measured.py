"""The labelled sentences and how well the claims check agrees with them.

``python -m vesicle.website.tests.claims_measured`` prints the figures that docs/rooms/claims.md gives.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vesicle.protocols.parsed import read_shipped
from vesicle.website.claims import audit

HERE = Path(__file__).resolve().parent
HALVED = ("labelled", "voices", "oblique", "sideways", "last")
"""Sets of which one half taught the rules. The errors of the other half were not read, but its figures were watched."""
SINGLE = (
    "families",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
)
SETS = (*HALVED, *SINGLE)


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    label: str
    kind: str
    jurisdiction: str

    @property
    def is_kept(self) -> bool:
        """Whether it is in the half whose errors were not read; its figures were watched, so they are no clean ones."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 2 == 1


def labelled(name: str) -> Iterator[Labelled]:
    """Yield the sentences of one set."""
    for group in read_shipped(HERE / f"claims_{name}.yaml", name=f"claims_{name}.yaml").data["groups"]:
        for text in group["sentences"]:
            yield Labelled(text, group["label"], group["class"], group.get("jurisdiction", "US"))


@dataclass(frozen=True, slots=True)
class Figures:
    count: int
    agreement: float
    recall: float
    precision: float
    ok_blocked: float


def measured(sentences: Iterable[Labelled]) -> Figures:
    """Return agreement overall, recall and precision of ``block``, and the share of ``ok`` that was blocked."""
    pairs = Counter((one.label, audit(one.text, jurisdiction=one.jurisdiction).verdict) for one in sentences)
    of = Counter[str]()
    given = Counter[str]()
    for (label, verdict), count in pairs.items():
        of[label] += count
        given[verdict] += count
    return Figures(
        count=pairs.total(),
        agreement=sum(count for (label, verdict), count in pairs.items() if label == verdict) / pairs.total(),
        recall=_share(pairs["block", "block"], of["block"]),
        precision=_share(pairs["block", "block"], given["block"]),
        ok_blocked=pairs["ok", "block"] / of["ok"],
    )


def _share(part: int, whole: int) -> float:
    """Return a share; of nothing, everything: a set without claims misses none."""
    return part / whole if whole else 1.0


if __name__ == "__main__":
    for name in SETS:
        if name in HALVED:
            print(f"{name} set, half used:", measured(one for one in labelled(name) if not one.is_kept))  # noqa: T201
            print(f"{name} set, half kept:", measured(one for one in labelled(name) if one.is_kept))  # noqa: T201
        else:
            print(f"{name} set:", measured(labelled(name)))  # noqa: T201
