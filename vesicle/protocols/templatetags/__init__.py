"""Template words about protocols."""
