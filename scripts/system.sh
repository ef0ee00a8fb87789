#!/bin/sh
# Makes sure of the two things no Python package brings: a Chromium to test in, and the Pango
# libraries WeasyPrint draws documents with. Installs them from Debian where one may; otherwise
# says what to install.
set -eu
cd "$(dirname "$0")/.."

missing=
browser=
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && { browser=$name; break; }
done
[ -n "$browser" ] || missing="chromium fonts-dejavu-core"
.venv/bin/python -c 'import weasyprint' >/dev/null 2>&1 ||
    missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
[ -n "$missing" ] || exit 0

how="apt-get install $missing"
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    echo "Installing from the system's packages: $missing"
    log=$(mktemp)
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo='sudo -n'; fi
    # shellcheck disable=SC2086 # words, on purpose
    if $sudo apt-get update -qq >"$log" 2>&1 &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
fi
echo "The tests need what this system does not have. Install it as root and try again:
    $how" >&2
exit 2
