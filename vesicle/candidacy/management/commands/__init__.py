"""Commands of the candidacy room."""
