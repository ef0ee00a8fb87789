"""The staff's day: board, calendar, worklists. May use every step; no step knows it."""
