"""A demo clinic, loaded through the same services as the screens. Clearly synthetic."""
