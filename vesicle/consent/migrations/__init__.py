"""Migrations of the consent room."""
