"""Whole paths through the house, in a real browser."""
