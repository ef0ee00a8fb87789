#!/bin/sh
# Every check that needs no test, each with its name and time; all of them run, whatever fails.
set -u
cd "$(dirname "$0")/.."
notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT

check() {
    name=$1
    shift
    began=$(date +%s)
    if output=$("$@" 2>&1); then
        printf '  ok      %-12s %ss\n' "$name" "$(($(date +%s) - began))"
    else
        printf '  failed  %-12s %ss\n%s\n' "$name" "$(($(date +%s) - began))" "$output"
        printf ' %s' "$name" >>"$notes/failed"
    fi
}

# The types take longer than all the rest, which goes on beside them.
check types .venv/bin/mypy >"$notes/types" &
check style .venv/bin/ruff check .
check format .venv/bin/ruff format --check .
check layers .venv/bin/lint-imports
check migrations .venv/bin/python -m vesicle makemigrations --check --dry-run
check templates .venv/bin/djlint --lint --quiet vesicle
wait
cat "$notes/types"
[ ! -s "$notes/failed" ] || { echo "Not passed:$(cat "$notes/failed"). \`make fix\` mends format and some style." >&2; exit 1; }
