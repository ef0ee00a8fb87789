"""Migrations of the protocols room."""
