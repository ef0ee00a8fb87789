"""What `vesicle run` decides: whose database it is, which port is free, what has changed."""

import io
import os
import signal
import socket
import sys

import pytest
from django.db import connection

from vesicle.clinic.models import Clinic
from vesicle.config.running import steps
from vesicle.config.running.children import ChildEnded, Children
from vesicle.config.running.ports import free_port
from vesicle.config.running.progress import Progress
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict
from vesicle.core.postgres import Server

EMBEDDED = Server("postgresql://vesicle@/vesicle?host=here", embedded=True, started_by_us=True)
OWN = Server("postgresql://clinic:secret@db.example:5433/real", embedded=False, started_by_us=False)


def a_clinic(*, is_demo: bool) -> Clinic:
    return Clinic.objects.create(
        slug=f"clinic-{Clinic.objects.count()}",
        name="A clinic",
        wordmark_first="A",
        jurisdiction="US",
        currency="USD",
        phone="555",
        email="a@example.com",
        emergency_note="Call.",
        is_demo=is_demo,
        created_at=clock.now(),
    )


@pytest.fixture
def progress() -> Progress:
    return Progress(io.StringIO())


@pytest.mark.django_db
class TestGround:
    def test_the_embedded_database_is_ours(self):
        a_clinic(is_demo=False)
        assert steps.ground(EMBEDDED).is_ours

    def test_a_database_with_a_real_clinic_is_not_even_beside_a_demo(self):
        a_clinic(is_demo=True)
        assert steps.ground(OWN).is_ours
        a_clinic(is_demo=False)
        assert not steps.ground(OWN).is_ours

    def test_a_database_that_holds_somebody_elses_tables_is_not(self):
        assert not steps.ground(OWN).is_ours

    def test_its_name_never_shows_the_password(self):
        assert steps.ground(OWN).name == "real on db.example:5433"

    def test_a_real_database_that_lacks_migrations_is_left_as_it_is(self, progress):
        a_clinic(is_demo=False)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
        with pytest.raises(Blocked, match=r"real on db.example:5433 holds real data.*Nothing was changed"):
            steps.tables(progress, steps.ground(OWN))

    def test_a_real_database_gets_no_demo(self, progress, monkeypatch):
        a_clinic(is_demo=False)
        monkeypatch.setattr(steps, "call_command", lambda *words, **options: pytest.fail(f"called {words}"))
        steps.protocols(progress, steps.ground(OWN))
        steps.demo(progress, steps.ground(OWN))

    def test_an_embedded_database_with_a_clinic_gets_no_second_demo(self, progress, monkeypatch):
        a_clinic(is_demo=True)
        monkeypatch.setattr(steps, "call_command", lambda *words, **options: pytest.fail(f"called {words}"))
        steps.demo(progress, steps.ground(EMBEDDED))


class TestStaticFiles:
    def test_are_collected_once_and_again_when_one_changed(self, progress, monkeypatch, settings, tmp_path):
        settings.STATIC_ROOT = tmp_path
        source = tmp_path / "source"
        source.mkdir()
        style = source / "style.css"
        style.write_text("a")
        settings.STATICFILES_DIRS = [source]
        calls = []
        monkeypatch.setattr(steps, "call_command", lambda *words, **options: calls.append(words))
        steps.get_finders.__globals__["get_finder"].cache_clear()
        steps.static_files(progress)
        steps.static_files(progress)
        assert len(calls) == 1
        style.write_text("ab")
        steps.static_files(progress)
        assert len(calls) == 2
        steps.get_finders.__globals__["get_finder"].cache_clear()


class TestProgress:
    def test_each_step_is_one_line_with_its_result(self):
        out = io.StringIO()
        with Progress(out).step("tables") as step:
            step.now("3 of 9")
            step.result("up to date")
        assert out.getvalue() == "  tables          up to date\n"

    def test_a_step_that_fails_ends_its_line(self):
        out = io.StringIO()
        with pytest.raises(Conflict), Progress(out).step("tables"):
            raise Conflict("No.")
        assert out.getvalue() == "  tables          not done\n"


class TestPorts:
    def test_a_taken_port_is_passed_over(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert free_port("127.0.0.1", port) > port

    def test_a_free_port_is_used(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) == port

    def test_none_left_says_what_to_do(self):
        with pytest.raises(Conflict, match="Name another"):
            free_port("127.0.0.1", 65_536)


class TestChildren:
    def test_are_ended_together_even_one_that_will_not(self, monkeypatch):
        monkeypatch.setattr("vesicle.config.running.children.PATIENCE", 0.5)
        children = Children()
        stubborn = (
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
        )
        read, write = os.pipe()
        children.start("stubborn", [sys.executable, "-c", f"import os; os.dup2({write}, 1); {stubborn}"], {})
        children.start("gentle", ["/bin/sleep", "60"], {})
        processes = list(children._running.values())
        os.close(read)
        os.close(write)
        children.stop()
        assert [process.poll() is not None for process in processes] == [True, True]

    def test_one_that_ends_by_itself_is_noticed(self):
        children = Children()
        children.start("short", ["/bin/sh", "-c", "exit 3"], {})
        with pytest.raises(ChildEnded, match=r"short ended by itself \(code 3\)"):
            children.watch()

    def test_end_when_we_are_killed(self):
        code = (
            "import os, signal, sys; from vesicle.config.running.children import Children\n"
            "c = Children(); c.start('child', ['/bin/sleep', '60'], {})\n"
            "print(c._running['child'].pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
        )
        import subprocess

        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL
        pid = int(done.stdout)
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        import select

        assert select.select([handle], [], [], 10)[0]
        os.close(handle)
