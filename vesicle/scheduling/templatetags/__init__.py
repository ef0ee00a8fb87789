"""Template words of scheduling."""
