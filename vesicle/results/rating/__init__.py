"""Blinded photo rating: raters say which of two photographs looks better and do not know which came first."""
