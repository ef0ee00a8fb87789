"""Vesicle: exosome therapy and its alternatives, from the first page view to the six-month result."""
