"""Tests of the clinic room."""
