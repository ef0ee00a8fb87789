"""Migrations of the results room."""
