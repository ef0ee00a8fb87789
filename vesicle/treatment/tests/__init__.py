"""Tests of the treatment room."""
