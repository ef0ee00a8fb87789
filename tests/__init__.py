"""Tests that belong to no single room: journeys, the browser, and the code itself."""
