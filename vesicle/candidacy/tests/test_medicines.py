"""Medicines as people write them: found with a slip of the pen, never guessed, never taken from a denial."""

from __future__ import annotations

import string
import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vesicle.candidacy.domain import Answer, Answers
from vesicle.candidacy.domain.medicines import Mention, doubts, read_medicines, standard_medicines
from vesicle.protocols.bank import load_bank
from vesicle.protocols.bank.medicines import plain_name

MEDICINES = standard_medicines()
NAMES = [
    (name, one.id)
    for one in load_bank().medicines.values()
    for name in one.names
    if len(plain_name(name)) >= 6 and not name[0].isdigit()
]
EVERYDAY = """
I do not take anything at the moment and feel fine. My doctor said that everything is normal. The last few weeks
were very busy at work, so I slept badly and ate too much sugar. No allergies that I know of, nothing special,
not really, none. Skin care: a gentle cleanser, moisturizer with hyaluronic acid, sunscreen every morning,
sometimes a sheet mask. I had surgery on my knee in the spring; before that I was never in a hospital. My
program was different from what I had preserved. Regain clarity, lyrics, symmetry, ambient music, plate, cortex,
retina, targeting, precise, ability, discover. Headaches, migraine, arthritis, asthma, pregnancy, diabetes,
cancer, cold sores, high blood pressure, thyroid, depression. Coffee, alcohol, water, milk, bread, exercise,
running, yoga, vacation, family, children, weather, winter, summer, monday.
"""


def read(text: str) -> list[tuple[str, list[str], bool, str | None]]:
    """Return what was recognized: the words, the ids, whether exact, why unclear."""
    found = read_medicines(text, MEDICINES)
    return [
        (one.said, [each.id for each in one.medicines], one.exact, one.unclear) for one in found if one.is_recognized
    ]


def unread(text: str) -> list[str]:
    return [one.said for one in read_medicines(text, MEDICINES) if not one.is_recognized]


def mention(text: str) -> Mention:
    (only,) = (one for one in read_medicines(text, MEDICINES) if one.is_recognized)
    return only


def said(**answers: str | tuple[str, str]) -> Answers:
    """Return answers, with the words added where a pair is given."""
    return Answers(
        {
            f"SCR-{name.replace('__', '.').replace('_', '-')}": Answer(value)
            if isinstance(value, str)
            else Answer(value[0], None, value[1])
            for name, value in answers.items()
        },
        date(1986, 4, 12),
    )


class TestReads:
    @pytest.mark.parametrize(
        ("text", "medicine"),
        [
            ("Eliquis", "apixaban"),
            ("ELIQUIS 5mg twice daily", "apixaban"),
            ("eliquis5mg", "apixaban"),
            ("St. John's wort", "hypericum"),
            ("st johns wort capsules", "hypericum"),
            ("Saint John’s Wort", "hypericum"),
            ("co-trimoxazole", "sulfamethoxazole-trimethoprim"),
            ("cotrimoxazole", "sulfamethoxazole-trimethoprim"),
            ("5-FU cream", "fluorouracil-skin"),
            ("Hydrocortisone cream 1%", "hydrocortisone-skin"),
            ("hydrocortisone 10 mg", "hydrocortisone"),
            ("tacrolimus ointment", "tacrolimus-skin"),
            ("vitamin D 1000 IU", "colecalciferol"),
            ("Retin-A at night", "tretinoin"),
            ("metoprolol succinate 50 mg", "metoprolol"),
        ],
    )
    def test_a_name_as_printed_however_it_is_spaced_dosed_and_accented(self, text, medicine) -> None:
        ((_, ids, exact, unclear),) = read(text)
        assert (ids, exact, unclear) == ([medicine], True, None)

    def test_a_list_in_the_order_it_was_written(self) -> None:
        text = "lisinopril 10 mg, metformin 2x daily and Lipitor\n- fish oil; aspirin 81mg every morning"
        ids = ["lisinopril", "metformin", "atorvastatin", "fish-oil", "acetylsalicylic-acid"]
        assert [one[1] for one in read(text)] == [[name] for name in ids]

    def test_a_brand_and_its_generic_name_once(self) -> None:
        assert [one[0] for one in read("Eliquis (apixaban) 5 mg, apixaban")] == ["Eliquis"]

    @pytest.mark.parametrize(
        ("text", "medicine"),
        [
            ("elliquis", "apixaban"),
            ("warfrin 5mg", "warfarin"),
            ("isotretinion", "isotretinoin"),
            ("fish oils", "fish-oil"),
            ("insulin glargin", "insulin-glargine"),
            ("metotrexate", "methotrexate"),
        ],
    )
    def test_a_name_with_a_slip_is_found_and_not_called_exact(self, text, medicine) -> None:
        ((_, ids, exact, _),) = read(text)
        assert ids[0] == medicine
        assert not exact

    @pytest.mark.parametrize(
        ("text", "together"),
        [
            ("celebex", {"celecoxib", "citalopram", "fosphenytoin"}),
            ("celexia", {"celecoxib", "citalopram", "fosphenytoin"}),
            ("prednisolon", {"prednisolone", "prednisone"}),
            ("predisone", {"prednisolone", "prednisone"}),
            ("hydroxizine", {"hydroxyzine", "hydralazine"}),
            ("hydralizine", {"hydroxyzine", "hydralazine"}),
            ("isotretinion", {"isotretinoin", "tretinoin"}),
        ],
    )
    def test_what_is_easily_mixed_up_stays_several(self, text, together) -> None:
        ((_, ids, exact, _),) = read(text)
        assert together <= set(ids)
        assert not exact

    def test_what_it_is_and_what_it_bears_on(self) -> None:
        found = mention("Pacerone")
        assert {group.id for group in found.classes} == {"amiodarone", "heart-rhythm"}
        assert set(found.questions) == {"SCR-PHOTOSENS", "SCR-PHOTOSENS.DRUG", "SCR-CARDIAC", "SCR-CARDIAC.KIND"}

    def test_words_it_does_not_know_for_a_provider_to_see(self) -> None:
        assert unread("Eliquis 5 mg daily, Blorptazine 20 mg, my grandmother's tea") == [
            "Blorptazine",
            "grandmother's tea",
        ]
        assert unread("I take one tablet every day") == []

    @pytest.mark.parametrize("text", [EVERYDAY, "", "none", "nothing", "N/A", "-", "12.5", "…", "St.", "'"])
    def test_no_medicine_in_everyday_words(self, text) -> None:
        assert read(text) == []

    @pytest.mark.parametrize("text", ["advl", "aleev", "motri"])
    def test_never_a_very_short_word_with_a_slip(self, text) -> None:
        assert [one for one in read(text) if len(one[0]) < 5 or one[2]] == []


class TestDenials:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("no warfarin", "not taken"),
            ("I don't take warfarin", "not taken"),
            ("not taking any warfarin", "not taken"),
            ("never had methotrexate", "not taken"),
            ("no longer on methotrexate", "not taken"),
            ("stopped taking methotrexate in 2020", "stopped"),
            ("methotrexate (stopped 2020)", "stopped"),
            ("methotrexate until March", "stopped"),
            ("used to take prednisone", "stopped"),
            ("off warfarin since May", "stopped"),
            ("allergic to aspirin", "allergy"),
            ("aspirin allergy", "allergy"),
            ("my husband takes warfarin", "somebody else"),
        ],
    )
    def test_are_not_read_as_taking_it(self, text, why) -> None:
        assert mention(text).unclear == why

    def test_reach_over_or_but_not_over_a_comma(self) -> None:
        assert [one[3] for one in read("no aspirin or ibuprofen, warfarin")] == ["not taken", "not taken", None]

    @pytest.mark.parametrize(
        "text",
        [
            "no problems with warfarin",
            "not only warfarin",
            "no allergies. Warfarin 5 mg",
            "no allergies, warfarin 5 mg",
            "stopped smoking and take warfarin",
            "warfarin, allergic to penicillin",
            "allergic to nuts, on warfarin",
            "warfarin, never stopped it",
        ],
    )
    def test_of_something_else_leave_a_medicine_alone(self, text) -> None:
        (found,) = (
            one for one in read_medicines(text, MEDICINES) if any(each.id == "warfarin" for each in one.medicines)
        )
        assert found.unclear is None


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """Return a name with one slip in one of its longer words, and the medicine it belongs to."""
    name, medicine = draw(st.sampled_from(NAMES))
    places = [
        place
        for place, letter in enumerate(name)
        if letter.isalpha() and any(place in range(*span) for span in _long_words(name))
    ]
    place = draw(st.sampled_from(places))
    letter = draw(st.sampled_from(string.ascii_lowercase))
    kind = draw(st.sampled_from(["wrong", "missing", "added", "swapped"]))
    rest = name[place + 1 :]
    if kind == "swapped":
        assume(rest and rest[0].isalpha())
        return name[:place] + rest[0] + name[place] + rest[1:], medicine
    middle = {"wrong": letter, "missing": "", "added": name[place] + letter}[kind]
    return name[:place] + middle + rest, medicine


def _long_words(name: str) -> list[tuple[int, int]]:
    start, spans = 0, []
    for word in name.replace("-", " ").replace("/", " ").split(" "):
        if sum(map(str.isalpha, word)) >= 3:
            spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans


class TestSlips:
    @given(slips())
    def test_one_in_any_name_of_six_letters_still_finds_it_and_never_another_for_certain(self, slip) -> None:
        written, medicine = slip
        assume(plain_name(written) not in load_bank().ordinary_words)
        found = read_medicines(written, MEDICINES)
        assert medicine in {each.id for one in found for each in one.medicines}
        assert {each.id for one in found if one.exact for each in one.medicines} <= {medicine}

    @given(st.text(max_size=500))
    def test_no_text_is_too_odd(self, text) -> None:
        for one in read_medicines(text, MEDICINES):
            assert one.said in text


class TestDoubts:
    def test_none_without_free_text(self) -> None:
        assert not doubts(said(ANTICOAG="no", MEDS="answered"), MEDICINES)

    def test_a_no_that_a_named_medicine_contradicts(self) -> None:
        found = doubts(said(ANTICOAG="no", MEDS=("answered", "elliquis 5 mg")), MEDICINES)
        assert set(found) == {"SCR-ANTICOAG"}
        assert (found["SCR-ANTICOAG"].said, found["SCR-ANTICOAG"].question) == ("elliquis", "SCR-MEDS")

    def test_a_question_never_asked_that_a_named_medicine_speaks_to(self) -> None:
        assert set(doubts(said(MEDS=("answered", "Eliquis")), MEDICINES)) == {"SCR-ANTICOAG"}

    def test_follow_ups_with_their_parent(self) -> None:
        steroid = {"SCR-IMMUNO", "SCR-IMMUNO.STEROID"}
        assert set(doubts(said(IMMUNO="no", MEDS=("answered", "prednisone")), MEDICINES)) == steroid
        assert set(doubts(said(IMMUNO=("yes", "prednisone")), MEDICINES)) == {"SCR-IMMUNO.STEROID"}
        assert set(doubts(said(IMMUNO=("yes", "prednisone"), IMMUNO__STEROID="no"), MEDICINES)) == {
            "SCR-IMMUNO.STEROID"
        }
        assert not doubts(said(IMMUNO=("yes", "prednisone"), IMMUNO__STEROID="yes"), MEDICINES)

    def test_the_kind_of_medicine_that_was_not_chosen(self) -> None:
        answers = said(PHOTOSENS=("yes", "amiodarone"), PHOTOSENS__DRUG="tetracycline", CARDIAC="yes")
        assert "SCR-PHOTOSENS.DRUG" in doubts(answers, MEDICINES)
        answers = said(PHOTOSENS=("yes", "doxycycline"), PHOTOSENS__DRUG="other,tetracycline", FEVER="yes")
        assert not doubts(answers, MEDICINES)

    def test_every_medicine_that_words_may_be(self) -> None:
        found = doubts(said(NSAID="no", MEDS=("answered", "celexia")), MEDICINES)
        assert set(found) == {"SCR-NSAID"}

    def test_not_what_was_answered_as_the_medicine_says_or_unsure(self) -> None:
        assert not doubts(said(ANTICOAG=("yes", "Eliquis")), MEDICINES)
        assert not doubts(said(ANTICOAG="unsure", MEDS=("answered", "Eliquis")), MEDICINES)

    def test_not_a_no_beside_a_medicine_with_other_uses(self) -> None:
        assert not doubts(said(DM="no", MEDS=("answered", "Wegovy")), MEDICINES)
        assert set(doubts(said(MEDS=("answered", "Wegovy")), MEDICINES)) == {"SCR-DM"}

    def test_not_a_medicine_that_is_denied(self) -> None:
        assert not doubts(said(ANTICOAG="no", MEDS=("answered", "no warfarin")), MEDICINES)
        assert not doubts(said(NSAID="no", MEDS=("answered", "allergic to aspirin")), MEDICINES)

    def test_a_medicine_stopped_where_the_question_looks_back(self) -> None:
        assert set(doubts(said(ISO="no", MEDS=("answered", "Accutane, stopped it")), MEDICINES)) == {"SCR-ISO"}
        assert set(doubts(said(ISO="no", MEDS=("answered", "finished Accutane in May")), MEDICINES)) == {"SCR-ISO"}
        assert not doubts(said(ANTICOAG="no", MEDS=("answered", "stopped warfarin in May")), MEDICINES)

    def test_not_where_naming_a_medicine_does_not_mean_taking_it(self) -> None:
        assert not doubts(said(NSAID="no", ALL_PROD=("yes", "aspirin gave me hives")), MEDICINES)
        assert not doubts(said(EXFOL="no", RESURF=("yes", "glycolic acid peel")), MEDICINES)

    def test_a_typical_list_in_less_than_two_thousandths_of_a_second(self) -> None:
        """Generous for a busy machine; alone it takes about a quarter of that."""
        text = "lisinopril 10 mg, metformin 500 mg twice a day, atorvastatn, vitamin D, fish oil, tretinoin at night"
        answers = said(MEDS=("answered", text), RETINOID="no", PREG="no")
        taken = []
        for _ in range(20):
            start = time.perf_counter()
            doubts(answers, MEDICINES)
            taken.append(time.perf_counter() - start)
        assert min(taken) < 0.002
