"""Typed readers of the environment. The only place that looks at ``os.environ`` for settings."""

import os
import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VESICLE_VAR") or ROOT / "var")

env = environ.Env()


def kept_secret(name: str, length: int = 48) -> str:
    """Return ``$name``, or a secret made once for this installation and kept in a private file.

    Production sets the variable; the file makes a first start on a laptop safe without it.
    """
    given: str = env.str(name, default="")
    if given:
        return given
    path = VAR / "secrets" / name.lower().replace("_", "-")
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    candidate = path.with_suffix(f".{os.getpid()}")
    candidate.touch(mode=0o600)
    candidate.write_text(secrets.token_urlsafe(length), encoding="ascii")
    try:
        # A link never replaces a file, so of two first starts at once one wins and both agree.
        os.link(candidate, path)
    except FileExistsError:
        pass
    finally:
        candidate.unlink()
    return path.read_text(encoding="ascii").strip()
