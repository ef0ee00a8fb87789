"""Photographs are measured by workers, again when a method changes, with the error their camera was found to have."""
