#!/bin/sh
# Writes requirements/run.txt, test.txt and bench.txt: every package with its hashes, for every
# platform, and without the address of any registry. Arguments go to uv (--upgrade).
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --overrides requirements/overrides.txt "$@"
}
compile requirements/run.in -o requirements/run.txt "$@"
compile requirements/bench.in -o requirements/bench.txt "$@"
compile requirements/test.in -c requirements/run.txt -o requirements/test.txt "$@"
echo "Locked $(grep -c '==' requirements/run.txt) packages to run and $(grep -c '==' requirements/test.txt) to test."
