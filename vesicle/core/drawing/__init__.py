"""Illustrations drawn from data: plain functions that return SVG text."""
