"""Pairs are dealt blindly, and answers become better or worse only afterwards."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.results.rating.domain import SCORES, Answer, agreement, deal, improvement, share, verdicts

RATERS = {1: frozenset(), 2: frozenset(), 3: frozenset()}


class TestDealing:
    @given(st.integers(5, 60), st.integers(0, 10_000))
    def test_every_rater_sees_every_pair_once_and_some_again_with_sides_changed(self, count, seed):
        tasks = deal(range(count), RATERS, seed=seed)
        for rater in RATERS:
            mine = [task for task in tasks if task.rater == rater]
            assert [task.position for task in mine] == list(range(1, len(mine) + 1))
            first = {task.pair: task for task in mine if not task.is_repeat}
            assert sorted(first) == list(range(count))
            repeats = [task for task in mine if task.is_repeat]
            assert len(repeats) >= 1
            assert all(task.before_on_left != first[task.pair].before_on_left for task in repeats)
            assert abs(2 * sum(task.before_on_left for task in first.values()) - count) <= 1

    def test_raters_get_orders_of_their_own(self):
        tasks = deal(range(30), RATERS, seed=4)
        orders = {rater: [task.pair for task in tasks if task.rater == rater] for rater in RATERS}
        assert orders[1] != orders[2] != orders[3]

    def test_nobody_is_shown_a_person_they_treated(self):
        tasks = deal(range(10), {1: frozenset({3, 4}), 2: frozenset()}, seed=1)
        assert {task.pair for task in tasks if task.rater == 1} == set(range(10)) - {3, 4}


class TestVerdicts:
    @given(st.sampled_from(SCORES))
    def test_a_score_of_sides_becomes_better_or_worse_by_where_the_earlier_one_was(self, score):
        assert improvement(score, before_on_left=True) == score == -improvement(score, before_on_left=False)

    def test_a_person_is_better_where_most_raters_say_so(self):
        answers = [
            Answer(pair, rater, False, True, 1 if pair < 6 or rater == 3 else 0)
            for pair in range(8)
            for rater in (1, 2, 3)
        ]
        found = verdicts(answers)
        assert (found.better.count, found.same.count, found.worse.count) == (6, 2, 0)
        assert found.told_apart.share == 1
        assert found.better.low < 6 / 8 < found.better.high

    def test_who_cannot_judge_is_counted_apart_and_never_as_no_difference(self):
        answers = [Answer(pair, 1, False, True, None) for pair in range(4)]
        found = verdicts(answers)
        assert found.cannot_judge == 4
        assert found.same is None


class TestAgreement:
    def test_raters_who_say_the_same_agree_fully(self):
        scores = {pair: SCORES[pair % 5] for pair in range(20)}
        found = agreement([scores, scores, scores])
        assert found.kappa == pytest.approx(1)
        assert found.exact == 1

    def test_raters_who_guess_agree_no_more_than_chance(self):
        chance = random.Random(3)  # noqa: S311  # guesses, not secrets
        guess = [{pair: chance.choice(SCORES) for pair in range(400)} for _ in range(2)]
        found = agreement(guess)
        assert abs(found.kappa) < 0.12
        assert found.low < 0 < found.high

    def test_too_few_pairs_or_one_score_for_all_say_nothing(self):
        assert agreement([{1: 0, 2: 1}, {1: 0, 2: 1}]) is None
        assert agreement([dict.fromkeys(range(9), 1)] * 2) is None

    def test_a_share_of_nobody_is_no_share(self):
        assert share(0, 0) is None
