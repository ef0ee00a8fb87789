"""What comes in from outside: read exactly, or refused with one sentence that names the field."""

from datetime import date

import pytest

from vesicle.candidacy.domain import Answer, Answers, read_request, standard_catalogue
from vesicle.candidacy.tests.handmade import CATALOGUE, ON
from vesicle.core.errors import Invalid


def read(**data):
    return read_request(data, CATALOGUE, ON)


class TestReadsRequests:
    def test_in_the_documented_form(self) -> None:
        request = read(
            on="2026-12-01",
            date_of_birth="1990-05-01",
            areas=["face"],
            concerns=["fine-lines"],
            answers={
                "SCR-PREG": "no",
                "SCR-ISO": {"answer": "yes", "date": "2026-09-15", "text": "20 mg a day"},
                "SCR-FITZ": "III",
            },
        )
        given = {
            "SCR-PREG": Answer("no"),
            "SCR-ISO": Answer("yes", date(2026, 9, 15), "20 mg a day"),
            "SCR-FITZ": Answer("III"),
        }
        assert request.on == ON
        assert request.answers == Answers(given, date(1990, 5, 1), None, ("full-face",))
        assert request.concerns == ("fine-lines",)

    def test_without_a_day_as_of_today_and_without_areas_for_the_face(self) -> None:
        request = read(age=34)
        assert (request.on, request.answers) == (ON, Answers({}, None, 34, ("full-face",)))

    def test_the_birth_date_also_as_the_answer_to_its_question(self) -> None:
        assert read(answers={"SCR-AGE": "1990-05-01"}).answers == Answers({}, date(1990, 5, 1))
        assert read(answers={"SCR-AGE": {"answer": "answered", "date": "1990-05-01"}}).answers.date_of_birth

    def test_several_choices_as_a_list_or_joined(self) -> None:
        listed = read(answers={"SCR-ALL": "yes", "SCR-ALL.SOURCES": ["milk", "fish"]})
        joined = read(answers={"SCR-ALL": "yes", "SCR-ALL.SOURCES": "milk,fish"})
        assert listed == joined
        assert listed.answers.given["SCR-ALL.SOURCES"].values == {"fish", "milk"}

    def test_words_of_a_text_question(self) -> None:
        assert read(answers={"SCR-EXPECT": "Softer lines"}).answers.given["SCR-EXPECT"] == Answer(
            "answered", None, "Softer lines"
        )

    def test_an_age_that_agrees_with_the_birth_date(self) -> None:
        assert read(age=36, date_of_birth="1990-05-01").answers.age_on(ON) == 36

    def test_a_follow_up_that_agrees_with_its_parent(self) -> None:
        assert read(answers={"SCR-ISO": "no", "SCR-ISO.NOW": "no"}).answers.given["SCR-ISO.NOW"] == Answer("no")

    def test_a_site_as_the_smallest_area_that_has_it(self) -> None:
        assert read(areas=["chin", "neck"]).answers.areas == ("full-face", "neck")

    def test_and_says_which_fields_it_does_not_know(self) -> None:
        assert read(sex="male", note="x", answers={"SCR-PREG": "yes"}).ignored == ("note", "sex")


class TestOtherPrograms:
    """Answers of programs that know our questions by their ids, and not our pages."""

    @pytest.mark.parametrize(("value", "answer"), [(True, "yes"), (False, "no"), ("Yes", "yes"), (" NO ", "no")])
    def test_says_yes_and_no_as_programs_do(self, value, answer) -> None:
        assert read(answers={"SCR-PREG": value}).answers.given["SCR-PREG"].answer == answer

    def test_an_answer_of_nothing_is_no_answer(self) -> None:
        assert "SCR-PREG" not in read(answers={"SCR-PREG": None}).answers.given

    def test_a_date_of_what_has_been_is_a_yes(self) -> None:
        said = read(answers={"SCR-ISO": {"date": "2026-09-15"}}).answers.given["SCR-ISO"]
        assert (said.answer, said.date) == ("yes", date(2026, 9, 15))

    def test_a_date_ahead_says_nothing_alone(self) -> None:
        with pytest.raises(Invalid, match="SCR-EVENT has no answer"):
            read(answers={"SCR-EVENT": {"date": "2026-12-15"}})

    def test_areas_and_choices_are_read_whatever_their_case(self) -> None:
        found = read(areas=["Face"], answers={"SCR-FITZ": "v"}).answers
        assert (found.areas, found.given["SCR-FITZ"].answer) == (("full-face",), "V")

    def test_a_follow_up_it_never_asks_is_read_strictly_and_said_so(self) -> None:
        catalogue = standard_catalogue()
        found = read_request({"answers": {"SCR-PLT": "yes", "SCR-ALL-METAL": "no"}}, catalogue, ON)
        assert found.assumed == {"SCR-PLT.KIND": "very-low"}
        asked = read_request({"answers": {"SCR-PLT": "yes", "SCR-PLT.KIND": "past"}}, catalogue, ON)
        assert asked.assumed == {}

    @pytest.mark.parametrize(("value", "worry"), [("yes", "yes"), ({"answer": "no"}, "no"), ("less redness", None)])
    def test_a_plain_yes_to_the_wish_and_the_worry_is_about_the_worry(self, value, worry) -> None:
        given = read_request({"answers": {"SCR-EXPECT": value}}, standard_catalogue(), ON).answers.given
        assert given["SCR-EXPECT"].answer == "answered"
        assert (given["SCR-EXPECT.WORRY"].answer if "SCR-EXPECT.WORRY" in given else None) == worry


class TestRefuses:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"answers": {"SCR-XYZ": "no"}}, "SCR-XYZ is not a question of ours"),
            ({"answers": {"SCR-PREG": "maybe"}}, "SCR-PREG cannot be answered 'maybe'. Possible: yes, no, unsure."),
            ({"answers": {"SCR-PREG": "yes,no"}}, "SCR-PREG has more than one answer"),
            ({"answers": {"SCR-ALL": "yes", "SCR-ALL.SOURCES": "fish,unsure"}}, "SCR-ALL.SOURCES has more than one"),
            ({"answers": {"SCR-FITZ": "VII"}}, "SCR-FITZ cannot be answered 'VII'"),
            ({"answers": {"SCR-ISO": {"answer": "yes", "when": "x"}}}, "SCR-ISO has the field 'when'"),
            (
                {"answers": {"SCR-ISO": {"answer": "yes", "date": "2026-12-02"}}},
                "SCR-ISO has the date 2026-12-02, which",
            ),
            (
                {"answers": {"SCR-ISO": {"answer": "yes", "date": "2026-02-30"}}},
                "SCR-ISO has '2026-02-30', which is not",
            ),
            ({"answers": {"SCR-ISO": {"answer": "yes", "date": "15.9.2026"}}}, "SCR-ISO has '15.9.2026', which is not"),
            (
                {"answers": {"SCR-ISO": {"answer": "yes", "date": 20260915}}},
                "SCR-ISO has 20260915, which is not a date",
            ),
            ({"answers": {"SCR-ISO": {"answer": "yes", "date": "1890-01-01"}}}, "too long ago"),
            ({"answers": {"SCR-ISO": {"answer": "no", "date": "2026-09-15"}}}, "SCR-ISO was answered no, yet carries"),
            ({"answers": {"SCR-EVENT": {"answer": "yes", "date": "2066-01-01"}}}, "SCR-EVENT has the date 2066-01-01"),
            (
                {"date_of_birth": "1990-05-01", "answers": {"SCR-ISO": {"answer": "yes", "date": "1989-01-01"}}},
                "SCR-ISO has the date 1989-01-01, which lies before the date of birth",
            ),
            ({"answers": {"SCR-ISO": "no", "SCR-ISO.NOW": "yes"}}, "SCR-ISO.NOW contradicts SCR-ISO"),
            ({"answers": {"SCR-EXPECT": "x" * 501}}, "SCR-EXPECT has 501 characters of text"),
            ({"answers": ["SCR-PREG"]}, "answers is not an object"),
            ({"age": 7}, "age gives an age of 7. Questions are answered for people from 13 to 120."),
            ({"age": 130}, "age gives an age of 130"),
            ({"age": -1}, "age gives an age of -1"),
            ({"age": "34"}, "age is '34'. Give completed years as a whole number"),
            ({"age": True}, "age is True"),
            ({"date_of_birth": "2026-12-02"}, "date_of_birth 2026-12-02 lies after 2026-12-01"),
            ({"date_of_birth": "1890-01-01"}, "date_of_birth gives an age of 136"),
            ({"date_of_birth": "1990-05-01", "age": 35}, "age 35 contradicts the date of birth 1990-05-01"),
            ({"date_of_birth": "1990-05-01", "answers": {"SCR-AGE": "1991-05-01"}}, "SCR-AGE gives 1991-05-01, but"),
            ({"areas": ["moon"]}, "areas has 'moon', which we do not know. Possible: chin, face"),
            ({"areas": []}, "areas is empty"),
            ({"areas": "face"}, "areas is not a list of names"),
            ({"concerns": ["youth"]}, "concerns has 'youth', which we do not know. Possible: fine-lines."),
            ({"on": "tomorrow"}, "on has 'tomorrow', which is not a date that exists"),
        ],
    )
    def test_with_one_sentence_that_names_the_field(self, data, words) -> None:
        with pytest.raises(Invalid) as refused:
            read(**data)
        assert refused.value.message.startswith(words) or words in refused.value.message
        assert len(refused.value.fields) == 1

    def test_what_is_no_object(self) -> None:
        with pytest.raises(Invalid, match="input is not an object"):
            read_request([1], CATALOGUE, ON)

    def test_nothing_about_a_man_who_is_pregnant(self) -> None:
        assert read(sex="male", answers={"SCR-PREG": "yes"}).answers.given["SCR-PREG"] == Answer("yes")


class TestWhatHasEnded:
    def test_is_read_beside_a_no_and_kept(self) -> None:
        answers = read(age=34, answers={"SCR-INFECT": {"answer": "no", "ended": "2026-11-25"}}).answers
        assert answers.given == {"SCR-INFECT": Answer("no", ended=date(2026, 11, 25))}
        assert answers.as_json()["answers"] == {"SCR-INFECT": {"answer": "no", "ended": "2026-11-25"}}
        assert Answers.from_json(answers.as_json()) == answers

    def test_is_unknown_in_answers_stored_before(self) -> None:
        stored = {"answers": {"SCR-INFECT": {"answer": "no", "text": "gone"}}, "areas": ["neck"]}
        assert Answers.from_json(stored).given["SCR-INFECT"].ended is None

    @pytest.mark.parametrize(
        ("question", "given", "words"),
        [
            ("SCR-INFECT", {"answer": "yes", "ended": "2026-11-25"}, "was answered 'yes', yet says that it ended"),
            ("SCR-INFECT", {"answer": "unsure", "ended": "2026-11-25"}, "was answered 'unsure', yet says"),
            ("SCR-INFECT", {"answer": "no", "ended": "2026-12-02"}, "lies in the future"),
            ("SCR-INFECT", {"answer": "no", "ended": "1990-04-30"}, "before the date of birth"),
            ("SCR-INFECT", {"answer": "no", "ended": "2026-11-31"}, "not a date that exists"),
            ("SCR-ISO", {"answer": "no", "ended": "2026-11-25"}, "takes no 'ended'"),
            ("SCR-FITZ", {"answer": "II", "ended": "2026-11-25"}, "takes no 'ended'"),
            ("SCR-EXPECT", {"text": "Glow", "ended": "2026-11-25"}, "takes no 'ended'"),
            ("SCR-RESURF.KIND", {"answer": "deep", "ended": "2026-11-25"}, "takes no 'ended'"),
        ],
    )
    def test_is_refused_where_it_cannot_be(self, question, given, words) -> None:
        with pytest.raises(Invalid, match=words) as refused:
            read(date_of_birth="1990-05-01", answers={question: given})
        assert set(refused.value.fields) == {question}

    def test_is_refused_where_it_is_too_long_ago(self) -> None:
        with pytest.raises(Invalid, match="too long ago"):
            read(answers={"SCR-INFECT": {"answer": "no", "ended": "1850-01-01"}})
