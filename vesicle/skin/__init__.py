"""Measures skin in photographs and says how sure it is. Knows no clinic and no Django.

Receives photographs; hands on measures with their error, and changes with a verdict.
"""
