"""The doctor: every finding that is not well comes with what to do."""

import io
import json

import pytest
from django.core.management import call_command

from vesicle.core import health, health_checks
from vesicle.core.errors import Conflict
from vesicle.core.health import HealthCheck, State, examine, note, ok, problem


class TestExamine:
    def test_collects_what_each_question_finds(self):
        checks = [
            HealthCheck("one", lambda: [ok("fine")]),
            HealthCheck("two", lambda: [note("odd", "look"), ok("rest")]),
        ]
        assert [(answer.check, answer.state) for answer in examine(checks)] == [
            ("one", State.OK),
            ("two", State.NOTE),
            ("two", State.OK),
        ]

    def test_a_question_that_falls_over_is_a_problem_and_the_rest_are_still_asked(self):
        def fall():
            raise RuntimeError("disk on fire\nand more")

        def refuse():
            raise Conflict("The database is elsewhere.")

        first, second, third = examine(
            [HealthCheck("a", fall), HealthCheck("b", refuse), HealthCheck("c", lambda: [ok("")])]
        )
        assert first.state is State.PROBLEM
        assert first.what.endswith("RuntimeError: disk on fire")
        assert second.what == "The database is elsewhere."
        assert third.state is State.OK


@pytest.mark.django_db
class TestOurChecks:
    def test_the_test_database_is_sound(self):
        states = {answer.state for answer in examine([HealthCheck("database", health_checks.database)])}
        assert states == {State.OK}

    def test_a_role_that_passes_row_level_security_is_a_problem(self, monkeypatch):
        class Cursor:
            answers = iter([(180_006,), (True, False), (1,), (health_checks.clock.now().timestamp(),)])

            def __enter__(self):
                return self

            def __exit__(self, *error):
                return None

            def execute(self, *statement):
                return None

            def fetchone(self):
                return next(self.answers)

        monkeypatch.setattr(health_checks.connection, "cursor", lambda: Cursor())
        found = list(health_checks.database())
        assert [finding.what for finding in found if finding.state is State.PROBLEM] == [
            "the role passes row-level security, the wall between clinics"
        ]

    def test_a_missing_migration_is_a_problem_with_its_remedy(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
        [finding] = health_checks.migrations()
        assert finding.state is State.PROBLEM
        assert "vesicle migrate" in finding.remedy

    def test_debug_is_a_problem(self, settings):
        settings.DEBUG = True
        assert next(iter(health_checks.addresses())).state is State.PROBLEM

    def test_a_secret_file_that_others_can_read_is_a_problem(self, settings, tmp_path):
        settings.STATIC_ROOT = tmp_path / "static"
        secret = tmp_path / "secrets" / "key"
        secret.parent.mkdir()
        secret.touch(mode=0o600)
        assert [finding.state for finding in health_checks.secrets()] == [State.OK]
        secret.chmod(0o644)
        [finding] = health_checks.secrets()
        assert finding.remedy == f"chmod 600 {secret.parent}/*"

    def test_a_package_at_another_version_than_the_lock_is_named(self, monkeypatch):
        monkeypatch.setattr(health_checks, "version", lambda name: "0.0.1" if name == "django" else "missing")
        [finding] = health_checks.packages()
        assert finding.state is State.PROBLEM
        assert "django 0.0.1 instead of ==" in finding.what


@pytest.mark.django_db
class TestDoctor:
    def run(self, monkeypatch, *checks):
        monkeypatch.setattr("vesicle.core.management.commands.doctor.CHECKS", ())
        monkeypatch.setattr(health, "CHECKS", [HealthCheck("trial", lambda: checks)])
        out = io.StringIO()
        code = 0
        try:
            call_command("doctor", "--json", stdout=out)
        except SystemExit as ended:
            code = ended.code
        return code, json.loads(out.getvalue())

    def test_ends_with_zero_when_nothing_keeps_vesicle_from_working(self, monkeypatch):
        code, said = self.run(monkeypatch, ok("fine"), note("odd", "look"))
        assert (code, said["healthy"]) == (0, True)

    def test_ends_with_one_and_the_remedy_when_something_does(self, monkeypatch):
        code, said = self.run(monkeypatch, ok("fine"), problem("gone", "fetch it"))
        assert (code, said["healthy"]) == (1, False)
        assert said["findings"][1] == {"check": "trial", "state": "problem", "what": "gone", "remedy": "fetch it"}
