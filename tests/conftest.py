"""Fixtures of the rooms, for tests that span them."""

from vesicle.people.tests.fixtures import as_patient, as_staff, cast, clinic, stock
from vesicle.treatment.tests.fixtures import house, on_monday, path, treated

__all__ = ["as_patient", "as_staff", "cast", "clinic", "house", "on_monday", "path", "stock", "treated"]
