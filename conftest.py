"""What every test may use: a database of its own, a quiet browser, and no network.

`tests.prepare` has run before this: the server is up and files go to a private folder.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.prepare import begin_template, fresh_database

if TYPE_CHECKING:
    from tests.towns import Inhabitants, Towns

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config: pytest.Config) -> None:
    """Choose fast variants of what production chooses for safety."""
    from django.conf import settings

    settings.TESTING = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if getattr(config.option, "numprocesses", None):
        begin_template()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark every test that opens a page in a browser, and let each begin by choosing its database.

    Where several workers share the tests, those that take longest come first.
    """
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if {"page", "browser", "context", "new_context"} & set(item.fixturenames):
            item.add_marker(pytest.mark.browser)
        if "town" in item.fixturenames:
            # The database is chosen before anything opens a transaction in it.
            item.fixturenames.remove("town")
            item.fixturenames.insert(0, "town")
    yield
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = _longest_first(items, workers)


def _longest_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests with those that commit, the walks in a browser before all, at the head of the workers' shares.

    pytest-django puts them side by side, which is one worker's share, and they are left for the end, when a worker
    that has a minute's walk before it keeps all others waiting. One worker gets none: walks wait for the browser.
    """
    long = sorted(filter(_commits, items), key=lambda item: "journeys" not in item.path.parts)
    short = [item for item in items if not _commits(item)]
    walkers = workers - 1
    dealt = [item for number in range(walkers) for item in long[number::walkers]]
    ordered: list[pytest.Item] = []
    for number in range(walkers):
        # Shares are as large as xdist cuts them.
        share = (len(items) - len(ordered)) // (workers - number)
        heads = min(share, -(-len(dealt) // (walkers - number)))
        ordered += [*dealt[:heads], *short[: share - heads]]
        del dealt[:heads], short[: share - heads]
    return [*ordered, *dealt, *short]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this process a copy of the migrated template instead of running every migration again."""
    from django.conf import settings
    from django.db import connection

    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = os.environ["VESICLE_TEST_DATABASE"] + (f"_{worker}" if worker else "")
    with fresh_database(name), django_db_blocker.unblock():
        connection.close()
        settings.DATABASES["default"]["NAME"] = name
        connection.settings_dict["NAME"] = name
        yield
        connection.close()


@pytest.fixture(scope="session")
def towns(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> "Iterator[Towns]":
    """The databases in which something already stands."""
    from django.db import connection

    from tests.towns import Towns

    found = Towns(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        yield found
        found.close()


@pytest.fixture
def town(request: pytest.FixtureRequest, towns: "Towns", django_db_blocker: DjangoDbBlocker) -> "Iterator[Inhabitants]":
    """Go where most of what the test asks for stands; nobody is found where the test commits, or builds its own."""
    from django.db import connection

    from tests.towns import town_for

    # What a conftest gives is for many modules; what a module gives under the same name is another thing.
    known = request.node._fixtureinfo.name2fixturedefs
    own = {name for name, found in known.items() if ".py" in found[-1].baseid}
    wanted = town_for(known.keys() - own, own)
    if wanted is None or connection.in_atomic_block or _commits(request.node):
        yield {}
        return
    with django_db_blocker.unblock(), towns.visit(wanted) as inhabitants, django_db_blocker.block():
        yield inhabitants


def _commits(item: pytest.Item) -> bool:
    if {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        return True
    return any(mark.kwargs.get("transaction") for mark in item.iter_markers("django_db"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium and keep it off every network but this machine."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail("No Chromium is installed. Run `make test` as root, or install Debian's `chromium`.")
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-first-run",
        "--no-pings",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    if os.geteuid() == 0:
        # Chromium refuses its sandbox to root.
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": program, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at pages as a phone does, in English and without motion; a test may resize."""
    return {
        **browser_context_args,
        "viewport": {"width": 390, "height": 844},
        "locale": "en-US",
        "timezone_id": "America/Los_Angeles",
        "reduced_motion": "reduce",
    }


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections from tests to any other machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test tried to reach {address[0]}; tests use no network.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
