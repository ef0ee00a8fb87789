"""Pages outlive their database for a while: really closed to connections, or pointed at a socket that is not there."""

import http.client
import json
import os
import re
import signal
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from django.db import DataError, InterfaceError, OperationalError, connection
from psycopg import errors, sql

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import forget_clinics
from vesicle.core.away import is_away, outlast
from vesicle.people.services import change_staff
from vesicle.website import patience, survival
from vesicle.website.middleware import store
from vesicle.website.survival import outage
from vesicle.website.tests.site import EXOSOMES, open_site

LINE = "Some details may have changed since."


@pytest.fixture
def site(cast, stock):
    """The one page that these tests, most of which commit, build anew each time."""
    open_site(cast, "exosome-therapy")
    return cast


@contextmanager
def dead_socket():
    """Point the connection of this process at a folder in which no server listens."""
    settings = connection.settings_dict
    host = settings["HOST"]
    connection.close()
    forget_clinics()
    settings["HOST"] = "/nonexistent-socket-folder"
    try:
        yield
    finally:
        settings["HOST"] = host
        connection.close()
        outage._until = 0


@contextmanager
def closed_database(name):
    """Throw everybody out of the database and let nobody in again, as far as they can tell it is gone."""
    allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        # The server's own autovacuum may be in there, and nobody but a superuser may end that.
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [name],
        )
        try:
            yield
        finally:
            other.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


def ask(server, path, method="GET", **headers):
    where = urlsplit(server)
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
    line.request(method, path, headers=headers)
    answer = line.getresponse()
    body = answer.read().decode()
    line.close()
    return answer, body


@pytest.mark.django_db(transaction=True)
class TestOverTheWire:
    def test_a_page_lives_on_marked_and_recovers(self, site, live_server):
        name = connection.settings_dict["NAME"]
        fresh, page = ask(live_server.url, EXOSOMES)
        assert fresh.status == 200
        assert LINE not in page
        assert json.loads(ask(live_server.url, "/health/")[1])["status"] == "ok"
        connection.close()
        with closed_database(name):
            began = time.monotonic()
            for _ in range(5):
                copy, kept = ask(live_server.url, EXOSOMES)
                assert copy.status == 200
                assert LINE in kept
                assert re.sub(r'<div class="as-of".*?</div>\n?', "", kept, flags=re.DOTALL) == page
                assert datetime.fromisoformat(copy.headers["Shown-As-Of"]).tzinfo is not None
                assert copy.headers["Cache-Control"] == "no-store"
                assert copy.headers["ETag"] is None
                assert "default-src 'self'" in copy.headers["Content-Security-Policy"]
            assert time.monotonic() - began < 5
            status, told = ask(live_server.url, "/health/")
            assert status.status == 503
            assert json.loads(told)["status"] == "database-away"
            assert json.loads(told)["pages_kept"] == 1
            missing, words = ask(live_server.url, "/locations/")
            assert missing.status == 503
            assert missing.headers["Retry-After"] == "30"
            assert "call the clinic" in words
            for path in ("/candidacy/", "/book/", "/embed/v1/book/", "/desk/", "/nowhere/"):
                form, words = ask(live_server.url, path)
                assert (form.status, form.headers["Retry-After"]) == (503, "30")
                assert "cannot reach our records" in words
                assert "What you have just sent" not in words
            framed, words = ask(live_server.url, "/embed/v1/es/book/")
            assert (framed.status, framed.headers["X-Frame-Options"]) == (503, None)
            assert "no podemos consultar" in words
            sent, words = ask(live_server.url, "/embed/v1/candidacy/", "POST", Origin=live_server.url)
            assert sent.status == 503
            assert "What you have just sent may not have arrived." in words
            program, told = ask(live_server.url, "/api/v1/treatments", Accept="application/json")
            assert (program.status, json.loads(told)["code"]) == (503, "database-away")
        time.sleep(1.1)
        again, back = ask(live_server.url, EXOSOMES)
        assert again.status == 200
        assert LINE not in back
        assert again.headers["Shown-As-Of"] is None
        assert ask(live_server.url, "/health/")[0].status == 200


@pytest.mark.django_db(transaction=True)
class TestDeadSocket:
    def test_the_copy_says_when_it_was_true(self, site, client):
        with time_machine.travel("2026-11-23T10:04:00Z", tick=False):
            client.get(EXOSOMES)
        with time_machine.travel("2026-11-23T10:05:00Z", tick=False), dead_socket():
            copy = client.get(EXOSOMES)
        assert copy["Shown-As-Of"] == "2026-11-23T10:04:00+00:00"
        assert '<time datetime="2026-11-23T10:04+00:00">10:04 UTC</time>' in copy.content.decode()

    def test_after_an_hour_nobody_can_say_any_more(self, site, client):
        with time_machine.travel("2026-11-23T10:04:00Z", tick=False):
            client.get(EXOSOMES)
        with time_machine.travel("2026-11-23T11:04:01Z", tick=False), dead_socket():
            assert client.get(EXOSOMES).status_code == 503

    def test_what_was_known_to_be_out_of_date_is_not_shown(self, site, client):
        client.get(EXOSOMES)
        Clinic.objects.filter(pk=site.clinic.pk).update(site_revision=site.clinic.site_revision + 9)
        client.get("/locations/")
        with dead_socket():
            assert client.get("/locations/").status_code == 200
            assert client.get(EXOSOMES).status_code == 503

    def test_whoever_has_a_session_gets_the_copy_too(self, site, as_patient, client):
        client.get(EXOSOMES)
        as_patient(client, site.pia)
        with dead_socket():
            assert LINE in client.get(EXOSOMES).content.decode()

    def test_somebody_who_only_asks_for_the_head_gets_it(self, site, client):
        client.get(EXOSOMES)
        with dead_socket():
            copy = client.head(EXOSOMES)
        assert (copy.status_code, copy.content) == (200, b"")
        assert copy["Shown-As-Of"]

    def test_a_preview_is_never_shown_from_memory(self, site, client):
        client.get(EXOSOMES)
        with dead_socket(), pytest.raises(OperationalError):
            client.get(f"{EXOSOMES}?edition=1")

    def test_the_database_is_left_alone_for_a_moment(self, site, client, monkeypatch):
        client.get(EXOSOMES)
        asked = []
        real = survival.outage.missed
        monkeypatch.setattr(type(outage), "missed", lambda self: asked.append(1) or real())
        with dead_socket():
            for _ in range(20):
                client.get(EXOSOMES)
        assert len(asked) == 1

    def test_the_copy_stays_in_the_store_for_when_it_comes_back(self, site, client):
        client.get(EXOSOMES)
        with dead_socket():
            client.get(EXOSOMES)
        assert len(store) == 1
        assert client.get(EXOSOMES).has_header("ETag")
        assert outage.since is None


@contextmanager
def frozen_server():
    """Let the server's side of our connection stand still, as a machine that is out of memory does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    try:
        os.kill(process, signal.SIGSTOP)
    except (PermissionError, ProcessLookupError):
        pytest.skip("the server is another account's, or on another machine")
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)
        connection.close()
        outage._until = 0


@pytest.mark.django_db(transaction=True)
class TestFrozenServer:
    def test_a_page_waits_for_a_moment_and_then_the_copy_is_shown(self, site, client, monkeypatch):
        monkeypatch.setattr(patience, "QUESTION", 0.3)
        client.get(EXOSOMES)
        with frozen_server():
            began = time.monotonic()
            copy = client.get(EXOSOMES)
            assert time.monotonic() - began < 3
        assert copy.status_code == 200
        assert copy["Shown-As-Of"]
        assert client.get(EXOSOMES).has_header("ETag"), "and when it comes back, so does the page"

    def test_health_says_so(self, site, client, monkeypatch):
        monkeypatch.setattr(patience, "QUESTION", 0.3)
        with frozen_server():
            assert client.get("/health/").status_code == 503

    def test_a_question_that_is_answered_in_time_keeps_its_connection(self, site, client, monkeypatch):
        monkeypatch.setattr(patience, "QUESTION", 0.05)
        line = connection.connection
        client.get(EXOSOMES)
        time.sleep(0.1)
        assert client.get(EXOSOMES).status_code == 200
        assert connection.connection is line


@pytest.mark.django_db(transaction=True)
class TestCopiesOfOtherProcesses:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch):
        monkeypatch.setattr(survival.aside, "do", lambda work: work())

    def forget(self):
        """Be a process that has built nothing yet."""
        store.clear()
        outage.forget()

    def test_a_page_that_another_process_built_is_shown(self, site, client):
        page = client.get(EXOSOMES).content.decode()
        self.forget()
        with dead_socket():
            copy = client.get(EXOSOMES)
        assert copy.status_code == 200
        assert copy["Shown-As-Of"]
        assert "default-src 'self'" in copy["Content-Security-Policy"]
        assert re.sub(r'<div class="as-of".*?</div>\n?', "", copy.content.decode(), flags=re.DOTALL) == page

    def test_not_if_any_process_knows_that_it_is_out_of_date(self, site, client):
        client.get(EXOSOMES)
        Clinic.objects.filter(pk=site.clinic.pk).update(site_revision=site.clinic.site_revision + 9)
        client.get("/locations/")
        self.forget()
        with dead_socket():
            assert client.get("/locations/").status_code == 200
            assert client.get(EXOSOMES).status_code == 503

    def test_not_after_an_hour(self, site, client):
        with time_machine.travel("2026-11-23T10:04:00Z", tick=False):
            client.get(EXOSOMES)
        self.forget()
        with time_machine.travel("2026-11-23T11:04:01Z", tick=False), dead_socket():
            assert client.get(EXOSOMES).status_code == 503

    @pytest.mark.parametrize("damage", [b"", b"{", b"null\n", bytes(range(256))])
    def test_a_damaged_copy_is_none(self, site, client, settings, damage):
        client.get(EXOSOMES)
        for file in settings.PAGE_COPIES.glob("*.page"):
            file.write_bytes(damage)
        self.forget()
        with dead_socket():
            assert client.get(EXOSOMES).status_code == 503

    def test_a_disk_that_takes_nothing_costs_the_copy_and_nothing_else(self, site, client, settings, tmp_path):
        (tmp_path / "file").write_text("")
        settings.PAGE_COPIES = tmp_path / "file"
        assert client.get(EXOSOMES).status_code == 200


class TestAskingAgain:
    def test_a_busy_page_asks_once_in_a_while(self, site, client, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(survival, "ASK_AGAIN", 60)
        client.get(EXOSOMES)
        with django_assert_num_queries(0):
            for _ in range(20):
                client.get(EXOSOMES)

    @pytest.mark.parametrize(("later", "asks"), [(timedelta(minutes=14), False), (timedelta(minutes=15), True)])
    def test_in_the_evening_too_where_the_day_is_not_that_of_greenwich(self, site, client, monkeypatch, later, asks):
        monkeypatch.setattr(survival, "ASK_AGAIN", 3600)
        with time_machine.travel(datetime(2026, 11, 29, 0, 30, tzinfo=UTC), tick=False) as traveller:
            client.get(EXOSOMES)
            assert outage.just_heard("testserver").day.day == 28
            traveller.shift(later)
            assert (outage.just_heard("testserver") is None) is asks

    def test_what_this_process_changed_shows_at_once(
        self, site, client, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr(survival, "ASK_AGAIN", 60)
        assert b"Noor Haddad" in client.get("/locations/").content
        with django_capture_on_commit_callbacks(execute=True):
            change_staff(by=site.actor("owen"), staff=site.noor, is_active=False)
        assert b"Noor Haddad" not in client.get("/locations/").content

    def test_what_another_process_changed_shows_after_the_moment(self, site, client, monkeypatch):
        monkeypatch.setattr(survival, "ASK_AGAIN", 0.05)
        first = client.get("/locations/").content
        clinic = Clinic.objects.filter(pk=site.clinic.pk)
        clinic.update(phone="+1 503 555 0199", site_revision=site.clinic.site_revision + 9)
        time.sleep(0.06)
        assert client.get("/locations/").content != first

    def test_a_new_day_is_asked_about(self, site, client, monkeypatch):
        monkeypatch.setattr(survival, "ASK_AGAIN", 60)
        with time_machine.travel("2026-11-23T23:59:59Z", tick=False):
            client.get(EXOSOMES)
        with time_machine.travel("2026-11-24T00:00:01Z", tick=False):
            assert outage.just_heard("testserver") is None


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (caused(OperationalError(), psycopg.OperationalError("no such file")), True),
        (caused(OperationalError(), errors.AdminShutdown()), True),
        (caused(OperationalError(), errors.CannotConnectNow()), True),
        (caused(OperationalError(), errors.TooManyConnections()), True),
        (caused(OperationalError(), errors.ConnectionFailure()), True),
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError(), errors.QueryCanceled()), False),
        (caused(OperationalError(), errors.DeadlockDetected()), False),
        (caused(OperationalError(), errors.DiskFull()), False),
        (caused(DataError(), errors.NumericValueOutOfRange()), False),
        (ValueError(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_a_wrong_question(error, away):
    assert is_away(error) is away


def test_what_is_remembered_is_bounded():
    outage.forget()
    for number in range(survival._MOST_HOSTS + 50):
        outage.heard(f"host{number}", survival.Stamp(1, 1, datetime(2026, 11, 23).date()))  # noqa: DTZ001
    assert len(outage._words) == survival._MOST_HOSTS
    assert outage.last_word("host0") is None
    assert outage.last_word(f"host{survival._MOST_HOSTS}") is not None
    assert timedelta(hours=1) == survival.LONGEST


def test_background_work_outlasts_a_database_that_goes_away_and_says_so_once():
    said, answers = [], [OperationalError("gone"), OperationalError("gone"), None]
    answers[0].__cause__ = answers[1].__cause__ = psycopg.OperationalError("gone")

    def work():
        if (answer := answers.pop(0)) is not None:
            raise answer

    outlast(work, say=said.append, pause=0)
    assert answers == []
    assert len(said) == 1


def test_a_wrong_question_ends_background_work():
    def work():
        raise OperationalError("canceling statement due to lock timeout") from errors.LockNotAvailable("lock")

    with pytest.raises(OperationalError, match="lock timeout"):
        outlast(work, say=print, pause=0)
