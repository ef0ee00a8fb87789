"""The patient's pages: questions, then a result."""

from vesicle.candidacy.views.questions import answers, ask, mine, resume, start, still_true
from vesicle.candidacy.views.results import about_you, choose, how_we_rank, remind, result, wishes

__all__ = [
    "about_you",
    "answers",
    "ask",
    "choose",
    "how_we_rank",
    "mine",
    "remind",
    "result",
    "resume",
    "start",
    "still_true",
    "wishes",
]
