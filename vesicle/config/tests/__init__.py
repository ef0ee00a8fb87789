"""Tests of the settings and of `vesicle run`."""
