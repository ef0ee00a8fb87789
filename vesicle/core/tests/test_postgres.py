"""The embedded server: started once, found again, closed to others, and safe against what happens to servers."""

import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from vesicle.core import postgres
from vesicle.core.postgres import places, process

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down to another account")


@pytest.fixture(autouse=True)
def no_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the server that the test run itself uses."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(params=["open", "closed"])
def root(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a folder for a server, in a checkout that others may or may not enter."""
    checkout = Path(tempfile.mkdtemp(prefix="checkout with space "))
    checkout.chmod(0o755 if request.param == "open" else 0o700)
    folder = checkout / "var" / "postgres"
    yield folder
    _remove(folder, checkout)


@pytest.fixture
def one_root() -> Iterator[Path]:
    """Give a folder for a server, for what does not depend on the way there."""
    checkout = Path(tempfile.mkdtemp(prefix="checkout-"))
    folder = checkout / "var" / "postgres"
    yield folder
    _remove(folder, checkout)


def _remove(folder: Path, checkout: Path) -> None:
    outside = postgres.status(folder).socket_dir
    postgres.stop(folder)
    shutil.rmtree(checkout)
    if outside is not None and outside.exists():
        shutil.rmtree(outside)


def _ask(folder: Path, question: str) -> object:
    with psycopg.connect(postgres.database_url(folder)) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def _kill(pid: int) -> None:
    """Kill a process and see it gone; the signal alone only announces it."""
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([handle], [], [], 10)
    os.close(handle)


class TestStarting:
    def test_starts_a_server_and_finds_it_the_second_time(self, root):
        first = postgres.ensure_running(root)
        second = postgres.ensure_running(root)
        assert first.started_by_us
        assert not second.started_by_us
        assert first.url == second.url == postgres.database_url(root)
        assert _ask(root, "SELECT current_database() || ' ' || current_user") == "vesicle vesicle"

    def test_changes_no_permission_on_the_way_and_runs_as_nobody_special(self, root):
        checkout = root.parents[1]
        before = [stat.S_IMODE(part.stat().st_mode) for part in (checkout, *checkout.parents)]
        postgres.ensure_running(root)
        assert [stat.S_IMODE(part.stat().st_mode) for part in (checkout, *checkout.parents)] == before
        pid = postgres.status(root).pid
        assert Path(f"/proc/{pid}").stat().st_uid == root.joinpath("data").stat().st_uid != 0 or os.geteuid() != 0

    def test_the_socket_stands_in_a_folder_closed_to_others_and_there_is_no_network(self, root):
        server = postgres.ensure_running(root)
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert stat.S_IMODE(root.joinpath("data").stat().st_mode) == 0o700
        assert _ask(root, "SHOW listen_addresses") == ""

    def test_row_level_security_binds_the_role(self, one_root):
        postgres.ensure_running(one_root)
        powers = (
            "SELECT rolsuper::text || rolbypassrls::text || rolcreatedb::text FROM pg_roles WHERE rolname = 'vesicle'"
        )
        assert _ask(one_root, powers) == "falsefalsetrue"

    def test_writes_to_disk_before_it_says_done(self, one_root):
        postgres.ensure_running(one_root)
        assert [_ask(one_root, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3

    def test_a_path_too_long_for_a_socket_gets_a_short_one(self, one_root):
        deep = one_root.joinpath(*["a-rather-long-folder-name"] * 5)
        server = postgres.ensure_running(deep)
        try:
            assert len(str(server.socket_dir)) < 40
            assert _ask(deep, "SELECT 1") == 1
        finally:
            _remove(deep, deep.parent)

    def test_several_starters_at_once_start_one_server(self, one_root):
        start = f"print(postgres.ensure_running(Path({str(one_root)!r})).started_by_us)"
        code = f"from pathlib import Path; from vesicle.core import postgres; {start}"
        command = [sys.executable, "-c", code]
        starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        said = sorted(starter.communicate()[0].strip() for starter in starters)
        assert said == ["False", "False", "False", "True"]


class TestDropping:
    def test_ends_what_our_account_still_has_open(self, one_root):
        server = postgres.ensure_running(one_root)
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE scratch")
            with psycopg.connect(server.url.replace("/vesicle?", "/scratch?")) as left_open:
                postgres.drop_database(connection, "scratch")
                with pytest.raises(psycopg.OperationalError):
                    left_open.execute("SELECT 1")
            postgres.drop_database(connection, "scratch")

    def test_does_not_stumble_over_the_server_vacuuming_it(self, one_root):
        server = postgres.ensure_running(one_root)
        with psycopg.connect(server.url.replace("//vesicle@", "//postgres@"), autocommit=True) as superuser:
            superuser.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
            superuser.execute("SELECT pg_reload_conf()")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE scratch")
            with psycopg.connect(server.url.replace("/vesicle?", "/scratch?"), autocommit=True) as other:
                slow = "autovacuum_vacuum_insert_threshold = 1, autovacuum_vacuum_cost_delay = 100"
                other.execute(f"CREATE TABLE long (word text) WITH ({slow}, autovacuum_vacuum_cost_limit = 1)")
                other.execute("INSERT INTO long SELECT repeat('x', 500) FROM generate_series(1, 20000)")
            at_work = "SELECT count(*) FROM pg_stat_progress_vacuum WHERE datname = %s"
            until = time.monotonic() + 20
            while connection.execute(at_work, ["scratch"]).fetchone() == (0,):
                assert time.monotonic() < until
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DROP DATABASE scratch WITH (FORCE)")
            postgres.drop_database(connection, "scratch")
            assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'scratch'").fetchone() is None


class TestTrouble:
    def test_a_killed_server_comes_back_with_what_was_committed(self, one_root):
        postgres.ensure_running(one_root)
        with psycopg.connect(postgres.database_url(one_root)) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('here')")
        _kill(postgres.status(one_root).pid)
        assert postgres.ensure_running(one_root).started_by_us
        assert _ask(one_root, "SELECT word FROM kept") == "here"

    def test_a_process_number_taken_by_another_program_does_not_mislead(self, one_root):
        postgres.ensure_running(one_root)
        file = one_root / "data" / "postmaster.pid"
        words = file.read_text()
        postgres.stop(one_root)
        file.write_text("\n".join([str(os.getppid()), *words.splitlines()[1:]]))
        assert postgres.status(one_root).state == "stopped"
        assert postgres.ensure_running(one_root).started_by_us
        assert process.is_alive(os.getppid())

    def test_a_copy_made_while_the_server_ran_gets_a_server_of_its_own(self, one_root):
        postgres.ensure_running(one_root)
        copy = one_root.with_name("copy")
        subprocess.run(["/bin/cp", "-a", str(one_root), str(copy)], check=True)
        try:
            assert postgres.ensure_running(copy).started_by_us
            assert postgres.status(copy).pid != postgres.status(one_root).pid
        finally:
            _remove(copy, copy)

    def test_a_socket_that_was_cleaned_away_is_put_back(self, one_root):
        server = postgres.ensure_running(one_root)
        (server.socket_dir / places.SOCKET_NAME).unlink()
        postgres.ensure_running(one_root)
        assert _ask(one_root, "SELECT 1") == 1

    def test_a_making_that_was_interrupted_starts_over(self, one_root):
        draft = one_root / "data.new"
        draft.mkdir(parents=True)
        (draft / "half").touch()
        postgres.ensure_running(one_root)
        assert not draft.exists()
        assert _ask(one_root, "SELECT 1") == 1

    def test_data_of_another_major_version_is_refused_with_the_way_across(self, one_root):
        postgres.ensure_running(one_root)
        postgres.stop(one_root)
        (one_root / "data" / "PG_VERSION").write_text("11\n")
        with pytest.raises(postgres.DatabaseUnavailable, match=r"PostgreSQL 11.*vesicle backup"):
            postgres.ensure_running(one_root)
        (one_root / "data" / "PG_VERSION").write_text("18\n")
        assert postgres.ensure_running(one_root).started_by_us

    def test_a_folder_of_somebody_else_in_the_socket_s_place_is_never_adopted(self, one_root):
        deep = one_root.joinpath(*["a-rather-long-folder-name"] * 5)
        place = places.locate(deep).socket_dir
        place.mkdir(mode=0o755)
        place.chmod(0o755)
        with pytest.raises(postgres.DatabaseUnavailable, match="Look at what it is"):
            postgres.ensure_running(deep)
        place.rmdir()
        try:
            assert postgres.ensure_running(deep).started_by_us
        finally:
            _remove(deep, deep.parent)

    @as_root
    def test_refuses_an_account_that_is_root_itself(self, one_root, monkeypatch):
        monkeypatch.setenv("VESICLE_DATABASE_ACCOUNT", "root")
        with pytest.raises(postgres.DatabaseUnavailable, match="refuses to run as root"):
            postgres.ensure_running(one_root)
        monkeypatch.delenv("VESICLE_DATABASE_ACCOUNT")
        assert postgres.ensure_running(one_root).started_by_us


class TestStopping:
    def test_stops_a_running_server_and_says_whether_there_was_one(self, one_root):
        assert not postgres.stop(one_root)
        postgres.ensure_running(one_root)
        assert postgres.stop(one_root)
        assert not postgres.stop(one_root)
        assert postgres.status(one_root).state == "stopped"


class TestAServerOfOnesOwn:
    def test_is_used_as_it_is_and_nothing_is_started(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
        assert postgres.database_url(tmp_path) == "postgresql://somewhere/else"
        server = postgres.ensure_running(tmp_path)
        assert (server.url, server.embedded, server.started_by_us) == ("postgresql://somewhere/else", False, False)
        assert postgres.status(tmp_path).state == "external"
        assert list(tmp_path.iterdir()) == []
