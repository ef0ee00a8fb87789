"""Migrations of the treatment room."""
