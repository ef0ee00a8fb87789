"""``vesicle bench load FILE``: a scenario in a database of its own, ready to be asked over HTTP."""

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from vesicle.core import postgres
from vesicle.core.actor import Actor
from vesicle.core.benchmarks import Benchmark, own_database
from vesicle.core.errors import Invalid
from vesicle.core.processes import web_server
from vesicle.core.scope import clinic_scope
from vesicle.demo.scenario import Loaded, load
from vesicle.interop import services as interop

DATABASE = "vesicle_scenario"


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Load the file; return where it stands, what to ask and how to serve it. With ``serve``, serve it."""
    scenario = read_scenario(Path(options["FILE"]))
    began = time.perf_counter()
    with own_database(options["database"]):
        say("loading the scenario")
        loaded = load(scenario)
        with clinic_scope(loaded.clinic.pk):
            by = Actor.system(loaded.clinic.pk, "scenario loader")
            key = interop.make_key(by=by, name="bench")[1]
        result = _described(loaded, scenario["meta"], options["database"], key)
    result["seconds"] = round(time.perf_counter() - began, 1)
    if options["serve"]:
        say(in_words(result))
        _serve(result["database_url"], options["port"], options["workers"])
    return result


def read_scenario(path: Path) -> Mapping[str, Any]:
    """Return a scenario from its file. Raises ``Invalid`` for one that cannot be read."""
    try:
        scenario = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.", fields={"FILE": "Name a scenario file."}) from None
    except ValueError as error:
        raise Invalid(f"{path} is not JSON: {error}.", fields={"FILE": "Name a scenario file."}) from None
    if not isinstance(scenario, dict):
        raise Invalid(f"{path} is not a scenario: it has to be an object with 'meta' and 'bookings'.")
    return scenario


def _described(loaded: Loaded, meta: Mapping[str, Any], database: str, key: str) -> dict[str, Any]:
    url = urlunsplit(urlsplit(postgres.database_url())._replace(path=f"/{database}"))
    where = {"location": loaded.location.slug, "option": loaded.service.slug}
    example = {**where, "start": f"{meta['start']}T10:00:00 with the zone's offset, as a slot says it"}
    person = {"first_name": "Ada", "last_name": "Vance", "date_of_birth": "1985-04-02", "email": "ada@example.com"}
    return {
        "database": database,
        "database_url": url,
        "serve": f"DATABASE_URL='{url}' vesicle serve --port 8000",
        **where,
        "from": meta["start"],
        "days": meta.get("days"),
        "bookings": loaded.bookings,
        "api_key": key,
        "slots": "GET /api/v1/slots?location={location}&option={option}&from=YYYY-MM-DD&to=YYYY-MM-DD".format(**where),
        "book": {
            "request": "POST /api/v1/appointments",
            "headers": {"Idempotency-Key": "any text of your own", "Authorization": f"Bearer {key}"},
            "body": {**example, "patient": person},
        },
        "described_at": "/api/v1/openapi.json",
    }


def _serve(database_url: str, port: int, workers: int) -> None:
    command = web_server(host="127.0.0.1", port=port, workers=workers)
    os.execve(command[0], command, {**os.environ, "DATABASE_URL": database_url})  # noqa: S606 - our own interpreter


def in_words(result: Mapping[str, Any]) -> str:
    """Say where it is and how to ask."""
    return (
        f"{result['bookings']} bookings are in the database {result['database']}. Serve it with\n"
        f"  {result['serve']}\nand ask\n  {result['slots']}\n  {result['book']['request']}, for example\n"
        f"  {json.dumps(result['book'])}"
    )


LOAD = Benchmark(
    "load",
    "set up a scenario in a database of its own, to be asked over HTTP",
    {
        "database": (DATABASE, "name of the database, made anew"),
        "serve": (False, "serve it when it is loaded"),
        "port": (8000, "where to serve it"),
        "workers": (2, "processes of the web server"),
    },
    run,
    in_words,
    argument=("FILE", "a scenario (JSON)"),
)
