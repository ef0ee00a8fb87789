#!/bin/sh
# Makes .venv and installs exactly what a lock says, or finds that done and costs nothing.
#
#   scripts/setup.sh run     what a running clinic needs   (requirements/run.txt)
#   scripts/setup.sh test    that, and what proves it      (requirements/test.txt)
#   scripts/setup.sh bench   what the benchmarks compare with, in .venv-bench of its own (requirements/bench.txt)
#
# Uses uv where it is on the PATH and pip otherwise; both refuse a file whose hash the lock does
# not name. PYTHON=/path/to/python chooses the interpreter.
set -eu

what=${1:-run}
cd "$(dirname "$0")/.."
here=$(pwd -P)
lock="requirements/$what.txt"
venv=.venv
[ "$what" = bench ] && venv=.venv-bench
python="$venv/bin/python"
[ -f "$lock" ] || { echo "scripts/setup.sh: there is no $lock; say run, test or bench." >&2; exit 2; }

say() { printf '%s\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 2; }
digest() { if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -c1-64; }
# The lock, the command that pyproject.toml declares above its tools, and the place.
stamp_of() { { cat "requirements/$1.txt" scripts/setup.sh; sed '/^# --- /,$d' pyproject.toml; echo "$here"; } | digest; }
installed() { [ -x "$python" ] && [ "$(cat "$venv/.installed-$what" 2>/dev/null)" = "$(stamp_of "$what")" ]; }

installed && exit 0

# One set-up at a time; the second then finds everything done.
if command -v flock >/dev/null 2>&1; then
    mkdir -p var
    exec 9>var/setup.lock
    flock -n 9 || { say "Another set-up is running here; waiting for it."; flock 9; }
    installed && exit 0
fi

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

find_python() {
    # A Python asked for by name is the only one that will do.
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3}; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            "$path" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

has_pip() { "$1" -c 'import pip' >/dev/null 2>&1; }
has_ensurepip() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

uv=$(command -v uv 2>/dev/null || true)
base=
if [ ! -x "$python" ] || ! "$python" -c '' >/dev/null 2>&1 ||
    { [ -f "$venv/.made-for" ] && [ "$(cat "$venv/.made-for")" != "$here" ]; }; then
    base=$(find_python) || stop "Vesicle needs Python 3.11 or newer and found none${PYTHON:+ at PYTHON=$PYTHON}.
On Debian or Ubuntu: apt-get install python3 python3-venv
Or name one: make run PYTHON=/path/to/python3.11"
    say "Making the environment with $("$base" -V)."
    rm -rf "$venv"
    if [ -n "$uv" ]; then
        "$base" -m venv --without-pip "$venv"
    else
        if ! has_ensurepip "$base" && ! has_pip "$base" && may_install && command -v apt-get >/dev/null 2>&1; then
            say "Python's venv module is missing; installing Debian's python3-venv."
            as_root sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv' >/dev/null
        fi
        if has_ensurepip "$base"; then
            "$base" -m venv "$venv"
        elif has_pip "$base"; then
            "$base" -m venv --without-pip "$venv"
        else
            stop "This Python can neither make an environment with pip nor find pip itself.
On Debian or Ubuntu: apt-get install python3-venv
Anywhere: put uv on the PATH, or name another Python: make run PYTHON=/path/to/python3.11"
        fi
    fi
    printf '%s' "$here" >"$venv/.made-for"
fi
rm -f "$venv"/.installed-*

total=$(grep -c '==' "$lock")
say "Installing $total locked packages into $here/$venv."
if [ -n "$uv" ]; then
    "$uv" pip install --quiet --python "$python" --require-hashes --no-deps --only-binary :all: -r "$lock"
    [ "$what" = bench ] || "$uv" pip install --quiet --python "$python" --no-deps --no-build-isolation -e .
else
    # pip acts on the environment from outside where the environment has none of its own.
    if has_pip "$python"; then set -- "$python" -m pip; else set -- "${base:-$(find_python)}" -m pip --python "$python"; fi
    log="$venv/install.log"
    PIP_USER=no "$@" install --disable-pip-version-check --no-input --require-hashes --no-deps --only-binary :all: -r "$lock" \
        >"$log" 2>&1 &
    pip=$!
    # Otherwise Ctrl-C would end the shell and leave pip at work.
    trap 'kill "$pip" 2>/dev/null; exit 130' INT TERM
    shown=0
    while kill -0 "$pip" 2>/dev/null; do
        sleep 1
        seen=$(grep -c '^Collecting\|^Requirement already satisfied' "$log" || true)
        if [ "$seen" -ge $((shown + 15)) ]; then shown=$seen; say "  $seen of at most $total"; fi
    done
    wait "$pip" || { tail -n 25 "$log" >&2; stop "The packages could not be installed; pip's last words are above, all of them in $log.
Without access to a package index, name a mirror in pip's own configuration (pip config set global.index-url ...)."; }
    trap - INT TERM
    [ "$what" = bench ] || PIP_USER=no "$@" install --disable-pip-version-check --quiet --no-deps --no-build-isolation --no-index -e . || stop "The vesicle command could not be installed."
fi

stamp_of "$what" >"$venv/.installed-$what"
# The test lock holds everything the run lock does.
[ "$what" = test ] && stamp_of run >"$venv/.installed-run"
exit 0
