"""Small options and question catalogues made by hand, so that a test shows all it depends on."""

from dataclasses import replace
from datetime import date

from vesicle.candidacy.domain import Answer, Answers, Asked, Catalogue
from vesicle.protocols.schema.rules import Rule
from vesicle.protocols.schema.sections import AreaTime
from vesicle.protocols.schema.treatment import Option, OptionRule, Sections

ON = date(2026, 12, 1)
BORN = date(1990, 5, 1)


def asked(*questions: Asked) -> Catalogue:
    """Return a catalogue of ``questions`` in the order given, with three areas and one concern."""
    face, neck = frozenset({"cheeks", "chin"}), frozenset({"neck"})
    return Catalogue(
        {question.id: replace(question, place=place) for place, question in enumerate(questions)},
        {"full-face": face, "neck": neck, "face-neck": face | neck},
        {"full-face": "full-face", "face": "full-face", "neck": "neck", "face-neck": "face-neck", "chin": "full-face"},
        frozenset({"fine-lines"}),
    )


def q(id_: str, **more: object) -> Asked:
    """Return a yes-or-no question; a dotted id is a follow-up after yes."""
    parent, dot, _ = id_.partition(".")
    return Asked(id_, f"Is it {id_}?", f"Label of {id_}", parent=parent if dot else "", **more)


CATALOGUE = asked(
    q("SCR-AGE", kind="birth-date", values=()),
    q("SCR-PREG"),
    q("SCR-INFECT", valid_days=7, about_area=True),
    q("SCR-ISO", dated=True, valid_days=30),
    q("SCR-ISO.NOW", valid_days=30),
    q("SCR-RESURF", dated=True),
    q("SCR-RESURF.KIND", kind="choice", values=("light", "deep", "unsure")),
    q("SCR-ALL"),
    q("SCR-ALL.SOURCES", kind="multi-choice", values=("fish", "milk", "latex", "unsure")),
    q("SCR-FITZ", kind="choice", values=("I", "II", "III", "IV", "V", "VI", "unsure")),
    q("SCR-SUNAVOID"),
    q("SCR-SUNAVOID.WHY", when=frozenset({"no", "unsure"})),
    q("SCR-EVENT", dated=True, future=True),
    q("SCR-EXPECT", kind="text", values=(), required=False),
    q("SCR-EXPECT.WORRY", when=frozenset({"answered"}), required=False),
)


def rule(id_: str, when: object, effect: str = "exclude", treatment: str = "one", **more: object) -> OptionRule:
    """Return a rule of ``treatment`` with plain sentences."""
    settled = Rule.model_validate(
        {
            "id": id_,
            "when": when,
            "effect": effect,
            "patient": f"Patient hears about {id_}.",
            "clinician": f"Clinician reads about {id_}.",
            "basis": "to-confirm",
            **more,
        }
    )
    return OptionRule(id=f"{treatment}.{id_}", origin=f"{treatment}/way", rule=settled)


def option(*rules: OptionRule, id_: str = "one/way", areas: tuple[str, ...] = ()) -> Option:
    """Return an option that consists of its rules and the areas it is given in; none named: it is given anywhere."""
    given = tuple(AreaTime(area=area, minutes=30, basis="to-confirm") for area in areas)
    sections = Sections.model_construct(areas=given)
    treatment, _, modality = id_.partition("/")
    return Option.model_construct(
        id=id_,
        treatment=treatment,
        modality=modality,
        title="One",
        name="Way",
        version="1.0.0",
        sections=sections,
        rules=rules,
    )


def yes(question: str, **more: object) -> dict[str, object]:
    """Return the condition that ``question`` was answered yes."""
    return {"question": question, "is": ["yes"], **more}


def said(*, born: date | None = BORN, areas: tuple[str, ...] = ("full-face",), **answers: object) -> Answers:
    """Return answers from keywords: ``PREG="no"``, ``ISO=("yes", date)``; double underscore is the dot."""
    given = {}
    for name, value in answers.items():
        question = "SCR-" + name.replace("__", ".").replace("_", "-")
        given[question] = Answer(value) if isinstance(value, str) else Answer(*value)
    return Answers(given, born, None, areas)
