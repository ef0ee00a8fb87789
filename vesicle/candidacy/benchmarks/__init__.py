"""Measuring candidacy: how fast verdicts are, and how short the questionnaire."""
