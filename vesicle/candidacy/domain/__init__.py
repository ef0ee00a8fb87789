"""May this person have it? A pure, three-valued engine from rules and answers to a verdict with reasons.

``Answers`` is what somebody said, ``evaluate`` decides about one option on one day, ``Verdict`` says what and why.
Nothing here looks at a clock, a file (but the shared question bank, once) or a database.

Unknown is never no: "unsure", a yes without the date a rule needs, and a question never answered leave a rule
undecided, and an undecided rule that could exclude, defer or call for review keeps the verdict from ``suitable``.
"""

from vesicle.candidacy.domain.answers import UNSURE, Answer, Answers, age_on
from vesicle.candidacy.domain.asking import order_of, worth_asking
from vesicle.candidacy.domain.catalogue import Asked, Catalogue, standard_catalogue
from vesicle.candidacy.domain.engine import evaluate, evaluate_all
from vesicle.candidacy.domain.fit import STANDINGS, TIES, Fit, rank
from vesicle.candidacy.domain.fit_line import Line, Weights
from vesicle.candidacy.domain.reading import Request, faults_in, read_request
from vesicle.candidacy.domain.verdict import STRICTEST_FIRST, Reason, Until, Verdict, VerdictName, in_words
from vesicle.candidacy.domain.wishes import SOURCES, Preferences, Wishes, read_preferences

__all__ = [
    "SOURCES",
    "STANDINGS",
    "STRICTEST_FIRST",
    "TIES",
    "UNSURE",
    "Answer",
    "Answers",
    "Asked",
    "Catalogue",
    "Fit",
    "Line",
    "Preferences",
    "Reason",
    "Request",
    "Until",
    "Verdict",
    "VerdictName",
    "Weights",
    "Wishes",
    "age_on",
    "evaluate",
    "evaluate_all",
    "faults_in",
    "in_words",
    "order_of",
    "rank",
    "read_preferences",
    "read_request",
    "standard_catalogue",
    "worth_asking",
]
