"""Check this installation and say how to mend what is wrong."""

import sys
from typing import Any

from vesicle.core import health
from vesicle.core.commands import FAILED, VesicleCommand
from vesicle.core.health_checks import CHECKS

_MARKS = {health.State.OK: "ok", health.State.NOTE: "note", health.State.PROBLEM: "PROBLEM"}


class Command(VesicleCommand):
    """`vesicle doctor`."""

    help = "Check this installation; each problem comes with its remedy."
    group = "Care of the installation"
    # It must be able to report a database that does not start.
    needs_database = False

    def handle(self, **options: Any) -> None:
        """Ask every question; exit 1 when something keeps Vesicle from working."""
        answers = health.examine([*CHECKS, *health.CHECKS])
        problems = [answer for answer in answers if answer.state is health.State.PROBLEM]
        data = {"healthy": not problems, "findings": answers}
        self.emit(data, human=lambda: "\n".join(self._lines(answers, len(problems))))
        if problems:
            sys.exit(FAILED)

    def _lines(self, answers: list[health.Answer], problems: int) -> list[str]:
        lines = []
        for answer in answers:
            line = f"{_MARKS[answer.state]:<9}{answer.check:<12}{answer.what}"
            lines.append(self.style.ERROR(line) if answer.state is health.State.PROBLEM else line)
            if answer.remedy:
                lines.append(f"{'':<21}→ {answer.remedy}")
        verdict = "Nothing keeps Vesicle from working." if not problems else f"{problems} to mend."
        return [*lines, "", verdict]
