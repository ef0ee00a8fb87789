"""Migrations of the clinic room."""
