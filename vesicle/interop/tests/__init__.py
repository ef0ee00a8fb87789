"""Tests of the interop room."""
