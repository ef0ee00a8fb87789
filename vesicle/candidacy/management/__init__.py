"""Management of the candidacy room."""
