"""Fixtures that every room's tests may use."""

from vesicle.people.tests.fixtures import as_patient, as_staff, cast, clinic, stock

__all__ = ["as_patient", "as_staff", "cast", "clinic", "stock"]
