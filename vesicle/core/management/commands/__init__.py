"""The commands that run, watch and check an installation."""
