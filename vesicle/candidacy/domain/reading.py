"""What people and programs hand in, read strictly: every fault is named with its field, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vesicle.candidacy.domain.answers import ANSWERED, DEFAULT_AREAS, UNSURE, Answer, Answers, age_on
from vesicle.candidacy.domain.catalogue import AGE, Asked, Catalogue
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.domain.wishes import NOTHING_SAID, Preferences, read_preferences
from vesicle.core.errors import Invalid
from vesicle.core.words import said as sentence

YOUNGEST, OLDEST = 13, 120
"""Ages a questionnaire is answered for. Below it we collect no health answers; above it the year is mistyped."""

LONGEST_TEXT = 500
YEARS_AHEAD = 3
YEARS_BACK = OLDEST
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEVER_ENDS = "takes no 'ended'. Only a yes-or-no question without a date of its own does; leave it out."
FIELDS = ("on", "date_of_birth", "age", "areas", "concerns", "preferences", "answers")


@dataclass(frozen=True, slots=True)
class Request:
    """What ``vesicle screen`` was asked.

    ``ignored`` are fields it does not know. ``assumed`` are follow-ups that the asking program left out, with the
    strictest reading they were given in their place (``unasked`` of the bank).
    """

    on: date
    answers: Answers
    concerns: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    preferences: Preferences = NOTHING_SAID
    assumed: Mapping[str, str] = field(default_factory=dict)


def read_request(data: object, catalogue: Catalogue, today: date) -> Request:
    """Return the request in ``data`` (parsed JSON). Without ``on`` it is about ``today``.

    Raises:
        Invalid: with one sentence that names the field, and the same under the field's name.
    """
    if not isinstance(data, Mapping):
        raise _refusal("input", 'is not an object. Give {"on": …, "date_of_birth": …, "areas": […], "answers": {…}}.')
    on = _date("on", data["on"]) if data.get("on") is not None else today
    given = data.get("answers", {})
    if not isinstance(given, Mapping):
        raise _refusal("answers", 'is not an object. Give question ids with their answers, as in {"SCR-PREG": "no"}.')
    said = {name: value for name, value in given.items() if value is not None}
    born, age = _age(data, said.pop(AGE, None), on)
    told = _plain_answers(said, {name: _answer(name, value, catalogue) for name, value in said.items()}, catalogue)
    assumed = _unasked(told, catalogue)
    answers = Answers(told | assumed, born, age, _areas(data.get("areas"), catalogue))
    for name, message in faults_in(answers, on, catalogue).items():
        raise _refusal(name, message)
    concerns = _names("concerns", data.get("concerns") or [], sorted(catalogue.concerns))
    preferences, unknown = read_preferences(data.get("preferences"))
    ignored = (*sorted(set(map(str, data)) - set(FIELDS)), *(f"preferences.{name}" for name in unknown))
    return Request(on, answers, concerns, ignored, preferences, {name: one.answer for name, one in assumed.items()})


def _plain_answers(said: Mapping[str, object], told: dict[str, Answer], catalogue: Catalogue) -> dict[str, Answer]:
    """Return ``told``, with a plain yes or no to a question that takes words as the answer it means."""
    found = dict(told)
    for question in told:
        means = catalogue.asked[question].plain_answer
        word = _plain(said[question])
        if means and means not in told and word in catalogue.asked[means].values:
            found[means] = Answer(word)
            text = told[question].text
            found[question] = Answer(ANSWERED, None, "" if text.casefold() == word else text)
    return found


def _plain(value: object) -> str:
    given = value.get("answer") if isinstance(value, Mapping) else value
    return _as_word(given) if isinstance(given, str | bool) else ""


def _unasked(told: Mapping[str, Answer], catalogue: Catalogue) -> dict[str, Answer]:
    """Return the strictest reading of follow-ups that were not asked although an answer leads to them."""
    return {
        entry.id: Answer(entry.unasked)
        for entry in catalogue.asked.values()
        if entry.unasked and entry.id not in told and entry.parent in told
        if leads_to(told[entry.parent].answer, entry.when)
    }


def faults_in(answers: Answers, on: date, catalogue: Catalogue) -> dict[str, str]:
    """Return what cannot be right in ``answers`` as of ``on``, by field; empty when nothing is.

    Used for every way in: the command, the screens, the interface.
    """
    faults = _age_faults(answers, on)
    if not answers.areas:
        faults["areas"] = "is empty. Name at least one area, or leave it out for the full face."
    for question, said in answers.given.items():
        known = catalogue.asked.get(question)
        if known is None:
            faults[question] = "is not a question of ours. The ids are those of the question bank, as in SCR-PREG."
        elif fault := _fault_of(known, said, answers, on):
            faults[question] = fault
    return faults


def _fault_of(known: Asked, said: Answer, answers: Answers, on: date) -> str | None:
    values = said.values
    if known.values and not values <= set(known.values):
        return f"cannot be answered {said.answer!r}. Possible: {', '.join(known.values)}."
    if len(values) > 1 and (known.kind != "multi-choice" or UNSURE in values):
        return f"has more than one answer. Choose one of: {', '.join(known.values)}."
    if len(said.text) > LONGEST_TEXT:
        return sentence(
            "has {count} characters of text; at most {most} are kept.", count=len(said.text), most=LONGEST_TEXT
        )
    parent = answers.given.get(known.parent) if known.parent else None
    if parent is not None and not leads_to(parent.answer, known.when) and not parent.is_unsure and said.answer != "no":
        return f"contradicts {known.parent}, which was answered {parent.answer!r}. Leave one of the two out."
    return _date_fault(known, said, answers, on) or _ended_fault(known, said, answers, on)


def _date_fault(known: Asked, said: Answer, answers: Answers, on: date) -> str | None:
    if said.date is None:
        return None
    day = str(said.date)
    if said.answer == "no":
        return sentence("was answered no, yet carries the date {day}. Answer yes, or leave the date out.", day=day)
    if answers.date_of_birth and said.date < answers.date_of_birth:
        return sentence("has the date {day}, which lies before the date of birth.", day=day)
    if said.date.year < on.year - YEARS_BACK:
        return sentence("has the date {day}, which is too long ago to be right.", day=day)
    if known.future and said.date.year > on.year + YEARS_AHEAD:
        return sentence("has the date {day}, which is too far ahead to be right.", day=day)
    if not known.future and said.date > on:
        return sentence(
            "has the date {day}, which lies in the future (the day asked about is {on}).", day=day, on=str(on)
        )
    return None


def _ended_fault(known: Asked, said: Answer, answers: Answers, on: date) -> str | None:
    ended = said.ended
    if ended is None:
        return None
    day = str(ended)
    if not known.may_end:
        return _NEVER_ENDS
    if said.answer != "no":
        return f"was answered {said.answer!r}, yet says that it ended on {ended}. Answer no, or leave 'ended' out."
    if ended > on:
        return sentence("ended on {day}, which lies in the future (the day asked about is {on}).", day=day, on=str(on))
    if answers.date_of_birth and ended < answers.date_of_birth:
        return sentence("ended on {day}, which lies before the date of birth.", day=day)
    if ended.year < on.year - YEARS_BACK:
        return sentence("ended on {day}, which is too long ago to be right.", day=day)
    return None


def _age_faults(answers: Answers, on: date) -> dict[str, str]:
    born, age = answers.date_of_birth, answers.age
    if born is not None and born > on:
        return {"date_of_birth": sentence("{born} lies after {on}, the day asked about.", born=str(born), on=str(on))}
    if born is not None and age is not None and age_on(born, on) != age:
        return {"age": f"{age} contradicts the date of birth {born}, which makes {age_on(born, on)}. Give one of them."}
    years = answers.age_on(on)
    if years is not None and not YOUNGEST <= years <= OLDEST:
        field = "age" if born is None else "date_of_birth"
        return {
            field: sentence(
                "gives an age of {years}. Questions are answered for people from {least} to {most}.",
                years=years,
                least=YOUNGEST,
                most=OLDEST,
            )
        }
    return {}


def _age(data: Mapping[str, Any], said: object, on: date) -> tuple[date | None, int | None]:
    """Return birth date and age; the birth date may also stand among the answers as ``SCR-AGE``."""
    born = _date("date_of_birth", data["date_of_birth"]) if data.get("date_of_birth") is not None else None
    if said is not None:
        text = said.get("date") or said.get("answer") if isinstance(said, Mapping) else said
        also = _date(AGE, text)
        if born is not None and also != born:
            raise _refusal(AGE, f"gives {also}, but date_of_birth gives {born}. Give one of them.")
        born = also
    age = data.get("age")
    if age is not None and (isinstance(age, bool) or not isinstance(age, int)):
        raise _refusal("age", f"is {age!r}. Give completed years as a whole number, as in 34.")
    return born, age


def _answer(question: str, value: object, catalogue: Catalogue) -> Answer:
    known = catalogue.asked.get(question)
    if known is None:
        raise _refusal(question, "is not a question of ours. The ids are those of the question bank, as in SCR-PREG.")
    more: Mapping[str, Any] = value if isinstance(value, Mapping) else {"answer": value}
    if unknown := sorted(set(map(str, more)) - {"answer", "date", "text", "ended"}):
        raise _refusal(question, f"has the field '{unknown[0]}'. Allowed: answer, date, text, ended.")
    text = more.get("text") or ""
    if not isinstance(text, str):
        raise _refusal(question, "has a 'text' that is not text.")
    given = more.get("answer")
    if given is None and more.get("date") is not None and known.dated and not known.future:
        given = "yes"  # the date of the last dose says that there was one
    if isinstance(given, bool):
        given = _as_word(given)
    if isinstance(given, Sequence) and not isinstance(given, str) and all(isinstance(one, str) for one in given):
        given = ",".join(given)
    if more.get("ended") is not None and not known.may_end:
        raise _refusal(question, _NEVER_ENDS)
    if known.kind == "text" and isinstance(given or text, str):
        return Answer(ANSWERED, None, (text or str(given or "")).strip())
    if isinstance(given, str) and given not in known.values:
        by_word = {value.casefold(): value for value in known.values}
        given = ",".join(by_word.get(part.strip().casefold(), part) for part in given.split(","))
    if not isinstance(given, str) or not given:
        allowed = ", ".join(known.values)
        raise _refusal(question, f"has no answer we understand ({given!r}). Possible, as text: {allowed}.")
    day, ended = more.get("date"), more.get("ended")
    return Answer(
        given,
        _date(question, day) if day is not None else None,
        text.strip(),
        _date(question, ended) if ended is not None else None,
    )


def _as_word(given: str | bool) -> str:
    return ("yes" if given else "no") if isinstance(given, bool) else given.strip().casefold()


def _areas(value: object, catalogue: Catalogue) -> tuple[str, ...]:
    if value is None:
        return DEFAULT_AREAS
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = [name.casefold() if isinstance(name, str) else name for name in value]
    names = _names("areas", value, sorted(catalogue.area_names))
    return tuple(dict.fromkeys(catalogue.area_names[name] for name in names))


def _names(field: str, value: object, allowed: list[str]) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(name, str) for name in value):
        raise _refusal(field, 'is not a list of names, as in ["' + allowed[0] + '"].')
    for name in value:
        if name not in allowed:
            raise _refusal(field, f"has '{name}', which we do not know. Possible: {', '.join(allowed)}.")
    return tuple(dict.fromkeys(value))


def _date(field: str, value: object) -> date:
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refusal(field, f"has {value!r}, which is not a date that exists. Write year-month-day, as in 2026-09-15.")


def _refusal(field: str, message: str) -> Invalid:
    return Invalid(f"{field} {message}", fields={field: message})
