"""The figures of a page, and how sure a figure is by what says so."""

from __future__ import annotations

ROLES = ("duration_minutes", "sessions", "interval_weeks", "onset_weeks", "lasts_months", "downtime_days")
"""The figures of a page, in the order of the report."""
LABELLED, ASKED, SAID, MAYBE = 100, 70, 50, 30
"""How sure a figure is: a label names it, a question asks for it, its part of the sentence says it, or perhaps."""
