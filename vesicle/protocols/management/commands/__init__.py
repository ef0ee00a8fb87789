"""Commands of the protocols room."""
