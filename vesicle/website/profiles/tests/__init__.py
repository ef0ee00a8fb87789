"""Tests of the words about team and locations."""
