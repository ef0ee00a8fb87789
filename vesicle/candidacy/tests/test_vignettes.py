"""People described from the published tables: nobody walks in whom the tables turn away, and verdicts agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vesicle.candidacy.domain import evaluate_all, read_request, standard_catalogue
from vesicle.protocols.library_files import load_library
from vesicle.protocols.parsed import read_shipped

FILE: Mapping[str, Any] = read_shipped(Path(__file__).with_name("vignettes.yaml")).data
VIGNETTES: list[dict[str, Any]] = FILE["vignettes"]
RESTRICTED = "not-suitable"
VERDICTS = {"suitable", "review", "defer", "unsuitable", "incomplete", RESTRICTED}


def request_of(vignette: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``vesicle screen`` would be handed for this person."""
    healthy = {} if vignette.get("only") else dict(FILE["base"])
    answers = {question: said for question, said in healthy.items() if question not in vignette.get("leave_out", ())}
    request = {
        "on": FILE["on"],
        "areas": vignette.get("areas", FILE["areas"]),
        "answers": answers | vignette.get("answers", {}),
    }
    if "age" not in vignette:
        request["date_of_birth"] = vignette.get("date_of_birth", FILE["date_of_birth"])
    elif vignette["age"] != "none":
        request["age"] = vignette["age"]
    return request


def expected_of(vignette: Mapping[str, Any]) -> dict[str, str]:
    """Return the expected verdict of each option that the vignette speaks about; what stands later wins."""
    wanted: dict[str, str] = {}
    for name, verdict in vignette["expect"].items():
        wanted |= dict.fromkeys(FILE["groups"].get(name, [name]), verdict)
    return {option: verdict for option, verdict in wanted.items() if verdict != "skip"}


def differences(vignette: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield option, expected and given verdict wherever the engine says something else."""
    catalogue = standard_catalogue()
    request = read_request(request_of(vignette), catalogue, date.fromisoformat(FILE["on"]))
    expected = expected_of(vignette)
    for verdict in evaluate_all(load_library().options(), request.answers, request.on, catalogue=catalogue):
        wanted = expected.get(verdict.option)
        if wanted is None:
            continue
        given: str = verdict.verdict
        if " " in wanted:
            given = f"{given} {verdict.earliest}"
        if given != wanted and not (wanted == RESTRICTED and given != "suitable"):
            yield verdict.option, wanted, given


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one["name"])
def test_a_person_gets_the_verdict_that_the_clinical_tables_give(vignette):
    assert list(differences(vignette)) == []


def test_the_vignettes_are_many_well_formed_and_speak_about_every_option():
    names = [one["name"] for one in VIGNETTES]
    assert len(names) == len(set(names)) >= 200
    options = {option.id for option in load_library().options()}
    assert set(FILE["groups"]["all"]) == options
    for one in VIGNETTES:
        expected = expected_of(one)
        assert expected, one["name"]
        assert set(expected) <= options, one["name"]
        assert {verdict.split()[0] for verdict in expected.values()} <= VERDICTS, one["name"]
        assert one["source"], one["name"]
    asked = {question.partition(".")[0] for one in VIGNETTES for question in one.get("answers", {})}
    assert set(FILE["base"]) <= asked
