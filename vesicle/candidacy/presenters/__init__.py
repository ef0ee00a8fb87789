"""Verdicts, answers and queues in the words of a page, from plain data."""

from vesicle.candidacy.presenters.answers import AnswerLine, answer_lines, by_notability, words_of
from vesicle.candidacy.presenters.desk import clearance_line, decided_line, queue_line, reason_line
from vesicle.candidacy.presenters.exam import decision_record, limit_words, metrics_table, oldest, who_may
from vesicle.candidacy.presenters.fit import HowWeRank, PlacedLine, how_we_rank, placed_lines, wished_words
from vesicle.candidacy.presenters.medicines import MedicineLine, MedicineList, medicine_list, proposal_words
from vesicle.candidacy.presenters.rescreening import ChangeLine, change_line
from vesicle.candidacy.presenters.results import CHIPS, Result, ResultPage, concern_lines, result_page
from vesicle.candidacy.presenters.words import in_a_sentence, in_full, option_names, waited

__all__ = [
    "CHIPS",
    "AnswerLine",
    "ChangeLine",
    "HowWeRank",
    "MedicineLine",
    "MedicineList",
    "PlacedLine",
    "Result",
    "ResultPage",
    "answer_lines",
    "by_notability",
    "change_line",
    "clearance_line",
    "concern_lines",
    "decided_line",
    "decision_record",
    "how_we_rank",
    "in_a_sentence",
    "in_full",
    "limit_words",
    "medicine_list",
    "metrics_table",
    "oldest",
    "option_names",
    "placed_lines",
    "proposal_words",
    "queue_line",
    "reason_line",
    "result_page",
    "waited",
    "who_may",
    "wished_words",
    "words_of",
]
