"""Step 1. What is this treatment? A protocol describes it once; every later step reads it.

Receives nothing; hands on approved editions: a released protocol plus the clinic's overlay.
"""
