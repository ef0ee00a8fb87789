"""Tests of the candidacy room."""
