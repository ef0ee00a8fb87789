"""Photographs of a visit are compared with those from before the treatment, by workers, and what changed is stored."""
