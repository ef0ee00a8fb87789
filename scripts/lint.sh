#!/bin/sh
# Every check that needs no test, each with its name and time; all of them run, whatever fails.
set -u
cd "$(dirname "$0")/.."
failed=

check() {
    name=$1
    shift
    began=$(date +%s)
    if output=$("$@" 2>&1); then
        printf '  ok      %-12s %ss\n' "$name" "$(($(date +%s) - began))"
    else
        printf '  failed  %-12s %ss\n%s\n' "$name" "$(($(date +%s) - began))" "$output"
        failed="$failed $name"
    fi
}

check style .venv/bin/ruff check .
check format .venv/bin/ruff format --check .
check types .venv/bin/mypy
check layers .venv/bin/lint-imports
check migrations .venv/bin/python -m vesicle makemigrations --check --dry-run
check templates .venv/bin/djlint --lint --quiet vesicle
[ -z "$failed" ] || { echo "Not passed:$failed. \`make fix\` mends format and some style." >&2; exit 1; }
