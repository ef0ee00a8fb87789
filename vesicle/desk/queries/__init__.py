"""Reads of the desk."""

from vesicle.desk.queries.blocks import stage_words
from vesicle.desk.queries.board import Board, Range, board, day
from vesicle.desk.queries.paper import sheets
from vesicle.desk.queries.revision import revision
from vesicle.desk.queries.work import Counts, audit_entries, chosen_location, counts, neighbors

__all__ = [
    "Board",
    "Counts",
    "Range",
    "audit_entries",
    "board",
    "chosen_location",
    "counts",
    "day",
    "neighbors",
    "revision",
    "sheets",
    "stage_words",
]
