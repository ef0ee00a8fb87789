"""Commands of the scheduling room."""
