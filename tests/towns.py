"""What most tests begin with, built once for each process and not once for each test.

A town is a database of its own in which the house of a fixture already stands. A test visits it inside a transaction
that is rolled back, so every test finds it as it was built, and a test that begins with nothing finds nothing. Tests
that commit stay in the empty database, which they may flush.
"""

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.prepare import fresh_database

Inhabitants = Mapping[str, Any]
"""What fixtures give out, by their names."""

_FAR_APART = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) FROM pg_sequences
"""


class Towns:
    """The towns of this process. Each is built when a test first visits it."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._built: dict[str, tuple[BaseDatabaseWrapper, bytes]] = {}
        self._open = ExitStack()

    def close(self) -> None:
        """Leave no database behind."""
        for wrapper, _ in self._built.values():
            wrapper.close()
        self._open.close()

    @contextmanager
    def visit(self, town: str) -> Iterator[Inhabitants]:
        """Let this thread talk to the town's database; give copies of those who live there, for the test to alter."""
        if town not in self._built:
            self._build(town)
        wrapper, kept = self._built[town]
        with _connected(wrapper):
            yield pickle.loads(kept)  # noqa: S301 # written below

    def _build(self, town: str) -> None:
        wrapper = connections["default"].copy()
        wrapper.settings_dict["NAME"] = f"{self._database}_{town}"
        self._open.enter_context(fresh_database(wrapper.settings_dict["NAME"]))
        with _connected(wrapper):
            with connection.cursor() as cursor:
                # What is remembered under a row's number in one town is then never taken for a row of another.
                cursor.execute(_FAR_APART, [1_000_000 * (1 + list(BUILDERS).index(town))])
            with transaction.atomic():
                kept = pickle.dumps(BUILDERS[town]())
                # What waits for a commit waits for ever inside a test, and does so here.
                connection.run_on_commit.clear()
        self._built[town] = wrapper, kept


def town_for(shared: Collection[str], own: Collection[str]) -> str | None:
    """Return the town in which most of what a test asks for already stands.

    Where a module builds one of these things its own way, only the people stand before it begins.
    """
    towns = BUILDERS if BUILDERS.keys().isdisjoint(own) else {"cast"}
    return next((town for town in towns if town in shared), None)


@contextmanager
def _connected(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    empty = connections["default"]
    connections["default"] = wrapper
    _forget()
    try:
        yield
    finally:
        connections["default"] = empty
        _forget()


def _forget() -> None:
    """Drop what this process remembers of the place it was in: rows of the same numbers are others in the next."""
    from vesicle.clinic.queries import forget_clinics
    from vesicle.website.middleware import store

    cache.clear()
    store.clear()
    forget_clinics()


def _treated() -> Inhabitants:
    from vesicle.core import clock
    from vesicle.core.scope import clinic_scope
    from vesicle.treatment.tests.situations import MONDAY, Path

    found = _house()
    everybody = found["cast"]
    with clock.pretend(MONDAY), clinic_scope(everybody.clinic.pk):
        return {**found, "treated": Path(found["house"], everybody.pia).treated()}


def _house() -> Inhabitants:
    from vesicle.core import clock
    from vesicle.core.scope import clinic_scope
    from vesicle.people.tests.cast import gather
    from vesicle.treatment.tests.situations import MONDAY, open_house

    with clock.pretend(MONDAY):
        everybody = gather()
        with clinic_scope(everybody.clinic.pk):
            return {"cast": everybody, "house": open_house(everybody)}


def _site() -> Inhabitants:
    from vesicle.core.scope import clinic_scope
    from vesicle.website.tests.site import open_site

    stocked = _stock()
    everybody = stocked["cast"]
    with clinic_scope(everybody.clinic.pk):
        open_site(everybody)
    return {**stocked, "site": everybody}


def _editions() -> Inhabitants:
    from vesicle.candidacy.tests.clinic import NOON_IN_PORTLAND, approve_editions
    from vesicle.core.scope import clinic_scope

    found = _cast()
    with clinic_scope(found["cast"].clinic.pk):
        approve_editions(found["cast"], NOON_IN_PORTLAND)
    return {**found, "editions": True}


def _stock() -> Inhabitants:
    from vesicle.core.scope import clinic_scope
    from vesicle.people.tests.cast import fill_cupboard, gather

    everybody = gather()
    with clinic_scope(everybody.clinic.pk):
        return {"cast": everybody, "stock": fill_cupboard(everybody)}


def _cast() -> Inhabitants:
    from vesicle.people.tests.cast import gather

    return {"cast": gather()}


BUILDERS: Mapping[str, Callable[[], Inhabitants]] = {
    "treated": _treated,
    "house": _house,
    "site": _site,
    "editions": _editions,
    "stock": _stock,
    "cast": _cast,
}
"""By the fixture that a town is built for, the fullest first."""
