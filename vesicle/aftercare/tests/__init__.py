"""Tests of the aftercare room."""
