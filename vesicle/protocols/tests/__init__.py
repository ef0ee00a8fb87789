"""Tests of the protocols step."""
