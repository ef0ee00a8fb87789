"""Step 9. How do other systems connect? The programming interface over the same services."""
