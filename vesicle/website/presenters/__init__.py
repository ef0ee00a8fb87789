"""Words and drawings of the public pages, from plain data."""
