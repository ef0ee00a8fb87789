"""Claims: what a page says a treatment does, and whether that may be said. Plain Python, without Django."""
