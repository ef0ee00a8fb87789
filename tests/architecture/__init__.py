"""Tests about the code itself: what the documents promise, and what the tree must not hold."""
