"""What must hold for every option and everybody: checked on generated rules and answers."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from vesicle.candidacy.domain import STRICTEST_FIRST, Answer, Answers, evaluate, evaluate_all, faults_in
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.domain.planes import Population
from vesicle.candidacy.domain.sheets import Layout
from vesicle.candidacy.questionnaire import way
from vesicle.candidacy.tests.handmade import BORN, CATALOGUE, ON, option, rule

QUESTIONS = [
    entry for entry in CATALOGUE.asked.values() if entry.kind in ("yes-no", "choice", "multi-choice") and entry.required
]
DATED = [entry.id for entry in QUESTIONS if entry.dated and not entry.future]
IDS = [entry.id for entry in QUESTIONS]


def atoms():
    answered = st.sampled_from(QUESTIONS).flatmap(
        lambda entry: st.builds(
            lambda values: {"question": entry.id, "is": sorted(values)},
            st.sets(st.sampled_from(entry.values), min_size=1, max_size=2),
        )
    )
    within = st.builds(
        lambda question, days: {"question": question, "within_days": days}, st.sampled_from(DATED), st.integers(1, 200)
    )
    age = st.builds(lambda low: {"age": {"from": low, "below": low + 5}}, st.integers(16, 60))
    area = st.builds(lambda name: {"area": [name]}, st.sampled_from(["full-face", "neck", "face-neck"]))
    return st.one_of(answered, answered, within, age, area)


def conditions():
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=3,
    )


WAITS = st.one_of(
    st.builds(lambda q, d: {"from_question": q, "days": d}, st.sampled_from(DATED), st.integers(0, 250)),
    st.builds(lambda d: {"event": "it is over", "days": d}, st.integers(0, 30)),
)
EFFECTS = ("exclude", "defer", "review", "note")


@st.composite
def rules(draw):
    drawn = []
    for number in range(draw(st.integers(1, 5))):
        effect = draw(st.sampled_from(EFFECTS))
        more = {"wait": draw(WAITS)} if effect == "defer" else {}
        treatment = draw(st.sampled_from(["one", "two"]))
        drawn.append(rule(f"r{number}", draw(conditions()), effect, treatment, **more))
    return drawn


@st.composite
def people(draw, questions=QUESTIONS):
    given = {}
    for entry in draw(st.lists(st.sampled_from(questions), unique=True, max_size=len(questions))):
        values = (
            draw(st.sets(st.sampled_from(entry.values[:-1]), min_size=1))
            if entry.kind == "multi-choice"
            else {draw(st.sampled_from(entry.values))}
        )
        ago = draw(st.integers(0, 300)) if entry.dated and draw(st.booleans()) else None
        day = ON - timedelta(days=ago) if ago is not None else None
        over = draw(st.one_of(st.none(), st.integers(0, 40))) if entry.may_end and values == {"no"} else None
        ended = ON - timedelta(days=over) if over is not None else None
        given[entry.id] = Answer(",".join(sorted(values)), day, ended=ended)
    born = draw(st.one_of(st.none(), st.dates(date(1960, 1, 1), date(2010, 1, 1))))
    areas = draw(st.sampled_from([("full-face",), ("neck",), ("face-neck",)]))
    drawn = Answers(given, born, None, areas)
    # What contradicts itself is refused at the door (``read_request``) and never reaches the engine.
    return drawn.without(*faults_in(drawn, ON, CATALOGUE))


def names_unsure(some_rules) -> bool:
    """Whether a rule takes "unsure" for an answer like any other: it has then decided what it means."""
    return any("'unsure'" in repr(one.rule.when) for one in some_rules)


def strictness(verdict) -> int:
    return STRICTEST_FIRST.index(verdict.verdict)


def decide(some_rules, answers, on=ON):
    return evaluate(option(*some_rules), answers, on, catalogue=CATALOGUE)


many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(rules(), people(), st.randoms(use_true_random=False))
def test_the_order_of_rules_never_shows(some_rules, answers, chance) -> None:
    shuffled = list(some_rules)
    chance.shuffle(shuffled)
    assert decide(shuffled, answers).as_json() == decide(some_rules, answers).as_json()


@many
@given(rules(), people(), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_areas_never_shows(some_rules, answers, chance) -> None:
    names = list(answers.given)
    chance.shuffle(names)
    shuffled = replace(answers, given={name: answers.given[name] for name in names}, areas=answers.areas[::-1])
    assert decide(some_rules, shuffled).as_json() == decide(some_rules, answers).as_json()


@many
@given(st.lists(rules(), min_size=2, max_size=4), people(), st.randoms(use_true_random=False))
def test_the_order_of_options_never_shows(several, answers, chance) -> None:
    options = [option(*some, id_=f"one/way-{number}") for number, some in enumerate(several)]
    found = {v.option: v for v in evaluate_all(options, answers, ON, catalogue=CATALOGUE)}
    chance.shuffle(options)
    assert {v.option: v for v in evaluate_all(options, answers, ON, catalogue=CATALOGUE)} == found


@many
@given(rules(), people(), st.data())
def test_leaving_answers_out_never_makes_anybody_suitable(some_rules, answers, data) -> None:
    # "Yes, still" beside an old date contradicts it; without it the date stands alone, as a last dose does.
    left_out = data.draw(st.sets(st.sampled_from([name for name in IDS if not name.endswith(".NOW")])))
    fewer = answers.without(*left_out)
    if decide(some_rules, fewer).verdict == "suitable":
        assert decide(some_rules, answers).verdict == "suitable"


@many
@given(rules(), people(), st.sampled_from(QUESTIONS))
def test_saying_unsure_where_nothing_was_said_never_loosens(some_rules, answers, entry) -> None:
    assume(entry.id not in answers.given and not names_unsure(some_rules))
    unsure = answers.with_answer(entry.id, Answer("unsure"))
    assert strictness(decide(some_rules, unsure)) <= strictness(decide(some_rules, answers))


@many
@given(rules(), people(), st.data())
def test_an_unknown_in_place_of_an_answer_never_makes_anybody_suitable(some_rules, answers, data) -> None:
    assume(answers.given and not names_unsure(some_rules))
    question = data.draw(st.sampled_from(sorted(answers.given)))
    # Nobody who is not sure is asked the follow-ups: what they said to them belongs to another answer.
    told = answers.without(*(name for name in answers.given if name.startswith(f"{question}.")))
    if decide(some_rules, told.with_answer(question, Answer("unsure"))).verdict == "suitable":
        # Whatever the question hides, the verdict would be the same.
        for value in CATALOGUE.asked[question].values:
            other = told.with_answer(question, Answer(value, ON if CATALOGUE.asked[question].dated else None))
            assert decide(some_rules, other).verdict == "suitable"


@st.composite
def waiting(draw):
    """Return deferring rules whose conditions may move with time, and somebody who has to wait by at least one."""
    drawn = []
    for number in range(draw(st.integers(1, 4))):
        question = draw(st.sampled_from(DATED))
        within = {"question": question, "within_days": draw(st.integers(1, 60))}
        age = draw(st.integers(30, 40))
        plain = {"question": question, "is": ["yes"]}
        moving = draw(
            st.sampled_from([plain, within, {"not": within}, {"age": {"below": age}}, {"age": {"from": age}}])
        )
        wait = {"from_question": question, "days": draw(st.integers(1, 60))}
        drawn.append(rule(f"r{number}", moving, "defer", wait=wait))
    given_ = {question: Answer("yes", ON - timedelta(days=draw(st.integers(0, 50)))) for question in DATED}
    born = draw(st.dates(date(1986, 10, 1), date(1996, 3, 1)))
    return drawn, Answers(given_, born)


@many
@given(waiting())
def test_the_earliest_day_is_the_first_on_which_the_same_answers_no_longer_wait(case) -> None:
    some_rules, answers = case
    verdict = decide(some_rules, answers)
    if verdict.verdict != "defer":
        assert verdict.earliest is None
        return
    day = ON
    while day < verdict.earliest:
        assert decide(some_rules, answers, day).verdict == "defer"
        day += timedelta(days=1)
    assert decide(some_rules, answers, day).verdict != "defer"


ENDABLE = [entry.id for entry in QUESTIONS if entry.may_end]


@many
@given(rules(), people(), st.sampled_from(ENDABLE), st.integers(0, 40))
def test_saying_when_something_ended_never_loosens(some_rules, answers, question, ago) -> None:
    never = answers.with_answer(question, Answer("no"))
    ended = answers.with_answer(question, Answer("no", ended=ON - timedelta(days=ago)))
    before, after = decide(some_rules, never), decide(some_rules, ended)
    assert strictness(after) <= strictness(before)
    if before.verdict == after.verdict == "defer":
        assert set(before.until) <= set(after.until)
        if before.earliest and after.earliest:
            assert after.earliest >= before.earliest


@st.composite
def outlasting(draw):
    """Return rules that wait for an event and some days, some with an age, and somebody of whom much has ended."""
    plain = st.sampled_from(ENDABLE).map(lambda question: {"question": question, "is": ["yes"]})
    aged = st.builds(lambda bound, age: {"age": {bound: age}}, st.sampled_from(["from", "below"]), st.integers(36, 37))
    part = st.one_of(plain, plain, aged, st.builds(lambda one: {"not": one}, plain))
    drawn = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["all", "any"]))
        condition = {kind: [draw(plain), *draw(st.lists(part, max_size=2))]}
        wait = {"event": "it is over", "days": draw(st.integers(1, 30))}
        drawn.append(rule(f"r{number}", condition, "defer", wait=wait))
    ended = {question: draw(st.one_of(st.none(), st.integers(0, 30))) for question in ENDABLE}
    given_ = {
        question: Answer("no", ended=None if ago is None else ON - timedelta(days=ago))
        for question, ago in ended.items()
    }
    return drawn, Answers(given_, draw(st.dates(date(1989, 11, 20), date(1990, 12, 31))))


@many
@given(outlasting())
def test_the_earliest_day_is_exact_where_something_has_ended(case) -> None:
    some_rules, answers = case
    verdict = decide(some_rules, answers)
    if verdict.verdict != "defer" or verdict.until or verdict.earliest is None:
        return
    day = ON
    while day < verdict.earliest:
        assert decide(some_rules, answers, day).verdict == "defer"
        day += timedelta(days=1)
    assert decide(some_rules, answers, day).verdict != "defer"


@many
@given(st.lists(rules(), min_size=1, max_size=2), st.lists(people(), min_size=1, max_size=20))
def test_whole_populations_have_the_verdicts_of_the_engine(several, group) -> None:
    options = [option(*some, id_=f"one/way-{number}", areas=("neck",)[:number]) for number, some in enumerate(several)]
    layout = Layout.of(CATALOGUE)
    sheets = layout.read(b"".join(layout.write(answers) for answers in group))
    found = Population(sheets, layout, CATALOGUE).at(ON).verdicts(options)
    by_person = [tuple(v.verdict for v in evaluate_all(options, each, ON, catalogue=CATALOGUE)) for each in group]
    assert list(zip(*(each.names() for each in found), strict=True)) == by_person


@many
@given(rules(), people(), rules())
def test_a_further_rule_never_loosens(some_rules, answers, more) -> None:
    further = [replace_id(one, f"more-{number}") for number, one in enumerate(more)]
    assert strictness(decide([*some_rules, *further], answers)) <= strictness(decide(some_rules, answers))


def replace_id(one, name):
    return one.model_copy(update={"id": f"three.{name}"})


@many
@given(rules(), people())
def test_every_verdict_but_suitable_says_why(some_rules, answers) -> None:
    verdict = decide(some_rules, answers)
    if verdict.verdict == "incomplete":
        assert verdict.unasked
    elif verdict.verdict != "suitable":
        assert verdict.reasons
        assert all(reason.patient and reason.clinician and reason.questions is not None for reason in verdict.reasons)
    if verdict.verdict == "suitable":
        assert not verdict.missing
        assert not verdict.other


@many
@given(rules(), people())
def test_a_stored_decision_replays_to_the_same_verdict(some_rules, answers) -> None:
    again = Answers.from_json(answers.as_json())
    assert decide(some_rules, again).as_json() == decide(some_rules, answers).as_json()


def in_short(options, person, **more):
    """Ask what ``way`` asks, taking a complete person's answers, and return what was said by the end."""
    answers = Answers({}, person.date_of_birth, None, person.areas)
    for _ in range(len(CATALOGUE.asked) + 1):
        question = way(options, answers, ON, catalogue=CATALOGUE, **more).next
        if question is None:
            return answers
        answers = answers.with_answer(question, person.given[question])
    raise AssertionError("the questions have no end")


@st.composite
def complete(draw):
    """Return somebody who would answer whatever they are asked, follow-ups included."""
    person = draw(people())
    given = dict(person.given)
    for entry in CATALOGUE.asked.values():
        if entry.id not in given:
            value = "answered" if entry.kind == "text" else draw(st.sampled_from(entry.values or ("answered",)))
            given[entry.id] = Answer(value)
    return replace(person, given=given, date_of_birth=person.date_of_birth or BORN)


@many
@given(st.lists(rules(), min_size=1, max_size=3), complete())
def test_stopping_early_gives_the_same_verdicts_as_asking_everything(several, person) -> None:
    options = [option(*some, id_=f"one/way-{number}") for number, some in enumerate(several)]
    asked = in_short(options, person)
    applicable = {
        entry.id: person.given[entry.id]
        for entry in CATALOGUE.asked.values()
        if not entry.parent or leads_to(person.given[entry.parent].answer, entry.when)
    }
    short = evaluate_all(options, asked, ON, catalogue=CATALOGUE)
    full = evaluate_all(options, replace(person, given=applicable), ON, catalogue=CATALOGUE)
    assert [(v.verdict, v.earliest, v.until) for v in short] == [(v.verdict, v.earliest, v.until) for v in full]


@many
@given(st.lists(rules(), min_size=1, max_size=3), complete())
def test_who_goes_on_to_a_provider_has_no_question_left_that_a_rule_waits_for(several, person) -> None:
    options = [option(*some, id_=f"one/way-{number}") for number, some in enumerate(several)]
    answers = in_short(options, person, in_full=[each.id for each in options])
    found = evaluate_all(options, answers, ON, catalogue=CATALOGUE)
    assert all(not verdict.unasked for verdict in found if verdict.verdict != "unsuitable")


@many
@given(st.lists(rules(), min_size=1, max_size=3), people())
def test_answering_every_question_that_is_asked_leaves_nothing_incomplete(several, person) -> None:
    """Ask until nothing is left, taking the answers of a generated person (unsure where they have none)."""
    options = [option(*some, id_=f"one/way-{number}") for number, some in enumerate(several)]
    answers = Answers({}, BORN, None, person.areas)
    for _ in range(len(CATALOGUE.asked) + 1):
        question = way(options, answers, ON, catalogue=CATALOGUE).next
        if question is None:
            break
        entry = CATALOGUE.asked[question]
        unsure = Answer("answered") if entry.kind == "text" else Answer("unsure")
        answers = answers.with_answer(question, person.given.get(question, unsure))
    found = evaluate_all(options, answers, ON, catalogue=CATALOGUE)
    assert all(verdict.verdict != "incomplete" for verdict in found)


@many
@given(outlasting(), st.data())
def test_stopping_early_misses_no_wait_that_what_ended_makes_longer(case, data) -> None:
    some_rules, answers = case
    people_ = {
        **{entry.id: Answer("unsure") for entry in CATALOGUE.asked.values()},
        **{name: data.draw(st.sampled_from([said, said, Answer("yes")])) for name, said in answers.given.items()},
    }
    one = option(*some_rules)
    person = replace(answers, given=people_)
    short = evaluate(one, in_short([one], person), ON, catalogue=CATALOGUE)
    full = decide(some_rules, replace(person, given={name: people_[name] for name in ENDABLE}))
    assert (short.verdict, short.earliest, short.until) == (full.verdict, full.earliest, full.until)


@many
@given(st.lists(outlasting(), min_size=1, max_size=3))
def test_whole_populations_wait_as_long_as_the_engine_says_after_what_ended(cases) -> None:
    options = [option(*some, id_=f"one/way-{number}") for number, (some, _) in enumerate(cases)]
    layout = Layout.of(CATALOGUE)
    group = [answers for _, answers in cases]
    people_ = Population(layout.read(b"".join(layout.write(answers) for answers in group)), layout, CATALOGUE)
    for day in (ON, ON + timedelta(days=1), ON + timedelta(days=8)):
        found = people_.at(day).verdicts(options)
        by_person = [tuple(v.verdict for v in evaluate_all(options, each, day, catalogue=CATALOGUE)) for each in group]
        assert list(zip(*(each.names() for each in found), strict=True)) == by_person
