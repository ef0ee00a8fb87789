"""Everybody in the demo has answered what they are asked, so that each story goes where it is meant to go."""

import random
from datetime import date

from vesicle.candidacy.domain import standard_catalogue
from vesicle.candidacy.questionnaire import way
from vesicle.demo.answers import healthy
from vesicle.demo.stories import stories
from vesicle.protocols.library_files import load_library

TODAY = date(2026, 12, 1)


def test_nobody_in_the_demo_owes_an_answer():
    owed = {}
    for story in stories(random.Random(1), TODAY):  # noqa: S311  # the demo is the same every time
        option = load_library().option(story.option)
        answers = healthy(born=date(1990, 5, 1), areas=(option.sections.areas[0].area,), skin="II")
        for question, answer in story.answers.items():
            answers = answers.with_answer(question, answer)
        asked = way([option], answers, TODAY, catalogue=standard_catalogue(), in_full=[option.id]).must_ask
        if asked:
            owed[story.option, *story.answers] = asked
    assert owed == {}
