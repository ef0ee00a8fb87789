"""What is said of a file whose structure cannot be followed to its end."""


class Damaged(ValueError):
    """The file is broken, cut short, or not built as its kind is."""


class Moving(ValueError):
    """The file holds several pictures one after the other."""
