"""Template words of the people room."""
