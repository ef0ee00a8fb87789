"""Template helpers of the website room."""
