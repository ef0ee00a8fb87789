"""Tables of the website room."""
