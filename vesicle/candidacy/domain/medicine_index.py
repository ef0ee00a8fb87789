"""Every name of every medicine, ready to be looked up exactly and with a slip of the pen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from vesicle.protocols.bank import Bank, Medicine, MedicineClass, load_bank
from vesicle.protocols.bank.medicines import plain_name

SHORTEST = 6
"""Names with fewer letters are only found as they are printed: a slip in them may be an ordinary word."""

LONGEST_NAME = 5
"""Words a name may have."""

_REMEMBERED = 4_096


def tolerance(name: str) -> int:
    """Return how many slips (a letter wrong, missing, added, or two swapped) a plain name still allows."""
    letters = len(name)
    return 0 if letters < SHORTEST else 1 if letters < 9 else 2 if letters < 13 else 3


class Medicines:
    """The medicines of a bank by their names. Immutable but for what it remembers of words looked up before."""

    def __init__(self, bank: Bank) -> None:
        self.classes: Mapping[str, MedicineClass] = bank.medicine_classes
        self.texts = bank.medicine_texts
        self._by_id = bank.medicines
        self._ordinary = bank.ordinary_words
        self._exact: dict[str, Medicine] = {}
        self._spoken: dict[str, tuple[str, ...]] = {}
        lengths: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for medicine in bank.medicines.values():
            for name in medicine.names:
                plain = plain_name(name)
                self._exact[plain] = medicine
                parts = self._spoken[plain] = words_of(name)
                lengths[len(plain), len(parts) > 1].append(plain)
        self._lengths = dict(lengths)
        self._alike: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for group in bank.look_alikes.values():
            several = [plain_name(name) for name in group.names]
            for one in several:
                self._alike[one] += tuple(self._exact[other].id for other in several)
        self._near: dict[tuple[str, bool], tuple[Medicine, ...]] = {}

    def get(self, medicine: str) -> Medicine | None:
        """Return a medicine by its id, ``None`` where the list no longer has it."""
        return self._by_id.get(medicine)

    def exact(self, words: tuple[str, ...]) -> Medicine | None:
        """Return the medicine whose name these plain words are, however they are spaced or hyphenated.

        Words spaced otherwise than the name have to be long, and no word of every day: "retina" is not Retin-A.
        """
        joined = "".join(words)
        found = self._exact.get(joined)
        if found is None or self._spoken[joined] == words:
            return found
        is_telling = len(words) == 1 or len(joined) > SHORTEST
        return found if is_telling and joined not in self._ordinary else None

    def near(self, words: tuple[str, ...]) -> tuple[Medicine, ...]:
        """Return the medicines that these words may be with a slip, likeliest first; none where nothing is close.

        Holds every medicine that is within one slip of the likeliest, and those whose names are known to be mixed up
        with one of them: which it is, only the person can say.
        """
        joined = "".join(words)
        several = len(words) > 1
        known = self._near.get((joined, several))
        if known is None:
            if len(self._near) >= _REMEMBERED:
                self._near.clear()
            known = self._near[joined, several] = self._look(joined, words if several else ())
        return known

    def _look(self, joined: str, words: tuple[str, ...]) -> tuple[Medicine, ...]:
        if len(joined) < SHORTEST - 1 or joined in self._ordinary:
            return ()
        scored: dict[str, int] = {}
        alike: list[str] = []
        for name, distance in self._close(joined, bool(words)):
            # One letter tells vitamin D from vitamin E: the very short words of a name have to be there as they are.
            if words and any(len(part) < 3 and part not in words for part in self._spoken[name]):
                continue
            medicine = self._exact[name].id
            scored[medicine] = min(distance, scored.get(medicine, distance))
            alike += self._alike.get(name, ())
        if not scored:
            return ()
        best = min(scored.values())
        found = sorted((one for one in scored if scored[one] <= best + 1), key=lambda one: (scored[one], one))
        return tuple(self._by_id[one] for one in dict.fromkeys([*found, *alike]))

    def _close(self, joined: str, several: bool) -> Iterable[tuple[str, int]]:
        for length in range(len(joined) - 3, len(joined) + 4):
            names = self._lengths.get((length, several))
            if not names:
                continue
            allowed = tolerance(names[0])
            if not allowed or abs(length - len(joined)) > allowed:
                continue
            for name, distance, _ in process.extract(
                joined, names, scorer=OSA.distance, score_cutoff=allowed, processor=None, limit=None
            ):
                if distance <= 1 or name[0] == joined[0]:
                    yield name, int(distance)


@cache
def standard_medicines() -> Medicines:
    """Return the medicines of the bank that ships with Vesicle."""
    return Medicines(load_bank())


def words_of(name: str) -> tuple[str, ...]:
    """Return the plain words of a name: ``("st", "johns", "wort")``."""
    spaced = "".join(letter if letter.isalnum() or letter in "'’" else " " for letter in name)
    return tuple(plain for part in spaced.split() if (plain := plain_name(part)))
