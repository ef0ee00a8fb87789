"""Migrations of the candidacy room."""
