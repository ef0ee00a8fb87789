"""Migrations of the scheduling room."""
