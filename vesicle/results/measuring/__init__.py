"""Measures stored photographs with the photo library, once by each version of a method."""
