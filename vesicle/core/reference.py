"""The pages of `docs/reference/` that are written from the code: audit codes, and who may do what.

`vesicle reference` writes them; a test fails when they are not what the code says.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path

from vesicle.core import audit
from vesicle.core.permissions import Role, all_permissions

_SKIPPED = frozenset({"tests", "migrations", "management", "__main__", "conftest", "skin", "wsgi"})
_PROBES = "test."
"""Codes that tests define for themselves begin like this."""


def load_every_room() -> None:
    """Import every module of the house, so that every registry is full."""
    _import_below("vesicle", [str(Path(__file__).resolve().parent.parent)])


def audit_codes() -> str:
    """Return `audit-codes.md`."""
    lines = [
        "# Audit codes",
        "",
        "What the audit trail can say, from the code (`vesicle reference`). The sentence follows the actor's name.",
        "",
        "| code | sentence |",
        "|---|---|",
    ]
    codes = [code for code in audit.all_codes() if not code.code.startswith(_PROBES)]
    return "\n".join([*lines, *(f"| `{code.code}` | {code.sentence} |" for code in codes), ""])


def permissions() -> str:
    """Return `permissions.md`."""
    roles = [role for role in Role if role is not Role.INTEGRATOR] + [Role.INTEGRATOR]
    lines = [
        "# Permissions",
        "",
        "Who may do what, from the code (`vesicle reference`). A role has a permission only where it is marked;",
        "a background job of the installation may do what its code says, under its own name.",
        "",
        f"| permission | may | {' | '.join(role.label for role in roles)} |",
        f"|---|---|{'---|' * len(roles)}",
    ]
    for permission in all_permissions():
        if not permission.code.startswith(_PROBES):
            marks = " | ".join("yes" if role in permission.roles else "" for role in roles)
            lines.append(f"| `{permission.code}` | {permission.label} | {marks} |")
    return "\n".join([*lines, ""])


PAGES: Mapping[str, Callable[[], str]] = {"audit-codes.md": audit_codes, "permissions.md": permissions}


def _import_below(package: str, paths: list[str]) -> None:
    for module in pkgutil.iter_modules(paths):
        if module.name in _SKIPPED:
            continue
        found = importlib.import_module(f"{package}.{module.name}")
        if module.ispkg:
            _import_below(found.__name__, list(found.__path__))
