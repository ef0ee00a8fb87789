"""The clinic's words outside of editions in other languages: its line, its team, its locations."""
