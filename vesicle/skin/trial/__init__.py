"""A trial of the measures: known effects drawn into photographs, which are then taken again with all that varies.

Simulated captures flatter: real ones vary five to seven times more for lines. What comes out of here checks the
method; it is never a clinic's repeatability.
"""
