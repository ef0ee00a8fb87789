"""The patient's pages: questions, then a result."""

from vesicle.candidacy.views.medicines import medicines
from vesicle.candidacy.views.questions import answers, ask, mine, resume, start, still_true
from vesicle.candidacy.views.results import about_you, choose, how_we_rank, remind, result, widen, wishes

__all__ = [
    "about_you",
    "answers",
    "ask",
    "choose",
    "how_we_rank",
    "medicines",
    "mine",
    "remind",
    "result",
    "resume",
    "start",
    "still_true",
    "widen",
    "wishes",
]
