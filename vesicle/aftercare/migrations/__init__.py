"""Migrations of the aftercare room."""
