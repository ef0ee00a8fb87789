"""Tests of the maintenance reminder."""
