"""What matters to somebody, read strictly and written back."""

import pytest

from vesicle.candidacy.domain import Preferences, read_preferences
from vesicle.core.errors import Invalid

EVERYTHING = {"downtime_days": 3, "visits": 4, "budget": 1500, "needles": "no", "donor_derived": "no"}


class TestRead:
    def test_reads_everything(self) -> None:
        found, unknown = read_preferences(EVERYTHING)
        assert (found.downtime_days, found.visits, found.budget, found.needles) == (3, 4, 1500, "no")
        assert found.declined == {"human-donor", "animal", "plant", "bacterial"}
        assert unknown == ()

    def test_nothing_said_is_nothing_wished_for(self) -> None:
        assert read_preferences(None) == (Preferences(), ())
        assert read_preferences({}) == (Preferences(), ())
        assert Preferences().is_empty
        assert not Preferences(downtime_days=0).is_empty

    def test_sources_can_be_said_one_by_one(self) -> None:
        found, _ = read_preferences({"donor_derived": {"human-donor": "no", "plant": "yes"}})
        assert found.declined == {"human-donor"}

    def test_names_what_it_does_not_know(self) -> None:
        assert read_preferences({"visits": 2, "mood": "good"})[1] == ("mood",)

    def test_what_is_written_reads_back_the_same(self) -> None:
        for given in (EVERYTHING, {}, {"budget": 0}, {"donor_derived": {"plant": "no"}}, {"needles": "yes"}):
            found, _ = read_preferences(given)
            assert read_preferences(found.as_json()) == (found, ())

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ([], "preferences is not an object."),
            ({"visits": 0}, "preferences.visits is 0. Give visits as a whole number from 1 to 100."),
            ({"visits": True}, "preferences.visits is True."),
            ({"downtime_days": 2.5}, "preferences.downtime_days is 2.5."),
            ({"budget": "1500"}, "preferences.budget is '1500'. Give whole units of the currency"),
            ({"budget": -1}, "preferences.budget is -1."),
            ({"needles": "perhaps"}, "preferences.needles is 'perhaps'. Possible: yes, no, no-matter."),
            ({"needles": []}, "preferences.needles is []."),
            ({"donor_derived": {"moon": "no"}}, "preferences.donor_derived has 'moon'. Possible sources: human-donor"),
            ({"donor_derived": {"plant": 1}}, "preferences.donor_derived.plant is 1."),
            ({"needles": "x" * 10_000}, "preferences.needles is 'xxx"),
        ],
    )
    def test_refuses_with_one_sentence_and_the_field(self, given, words) -> None:
        with pytest.raises(Invalid) as refused:
            read_preferences(given)
        assert refused.value.message.startswith(words)
        assert len(refused.value.message) < 200
        assert next(iter(refused.value.fields)).startswith("preferences")
