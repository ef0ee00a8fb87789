"""Say what is being done, how far it is, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 16


class Progress:
    """Writes one line per step; on a terminal the line shows how far the step is."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lively = out.isatty()
        self._label = ""
        self._result = ""

    @contextmanager
    def step(self, label: str) -> Iterator["Progress"]:
        """Announce a step; when it ends, write its result and the seconds it took.

        A step that fails has its line ended, so that the reason begins a line of its own.
        """
        self._label, self._result = label, "done"
        began = time.monotonic()
        self.now("…")
        try:
            yield self
        except BaseException:
            self._write("not done", end="\n")
            raise
        took = time.monotonic() - began
        self._write(f"{self._result}  ({took:.1f} s)" if took >= 0.1 else self._result, end="\n")

    def now(self, words: str) -> None:
        """Show how far the step is. Without a terminal only results are written."""
        if self._lively:
            self._write(words, end="")

    def result(self, words: str) -> None:
        """Set what the step's line will say."""
        self._result = words

    def say(self, words: str = "") -> None:
        """Write a line of its own."""
        self._out.write(words + "\n")
        self._out.flush()

    def _write(self, words: str, *, end: str) -> None:
        start = "\r\x1b[K" if self._lively else ""
        self._out.write(f"{start}  {self._label:<{_WIDTH}}{words}{end}")
        self._out.flush()
