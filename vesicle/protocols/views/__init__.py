"""Pages on editions: reading, editing, deciding; and the clinic's pictures."""
