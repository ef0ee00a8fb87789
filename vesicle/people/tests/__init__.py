"""Tests of the people room, and the cast every room's tests play with."""
