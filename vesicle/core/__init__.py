"""What every step stands on: clinic scope, actor, audit trail, clock, errors, the embedded database.

Knows no step. Steps know it.
"""
