#!/bin/sh
# Whether an installation that was just started works, seen from outside:
#
#   scripts/smoke.sh http://127.0.0.1:5000
#
# It changes nothing. It waits WAIT_S seconds (60) for the server, then says what is wrong.
set -eu

address=${1:-http://127.0.0.1:${CVD_PORT:-5000}}
WAIT_S=${WAIT_S:-60}
failed=0

say() { printf '%s\n' "$*"; }
ask() { curl --silent --show-error --max-time 10 "$@"; }
# Usage: expect WHAT WANTED FOUND
expect() {
    if [ "$2" = "$3" ]; then say "ok       $1"; else
        say "failure  $1: $2 was expected, and $3 came" >&2
        failed=1
    fi
}
status_of() { ask --output /dev/null --write-out '%{http_code}' "$address$1"; }
# Usage: has_header PATH NAME
has_header() {
    if ask --head "$address$1" | grep -qi "^$2:"; then say yes; else say no; fi
}

command -v curl >/dev/null || { say "smoke.sh needs curl." >&2; exit 1; }
until [ "$(status_of /api/health/live 2>/dev/null)" = 200 ]; do
    WAIT_S=$((WAIT_S - 1))
    [ "$WAIT_S" -gt 0 ] || { say "failure  $address does not answer" >&2; exit 1; }
    sleep 1
done
expect "it can serve work" 200 "$(status_of /api/health/ready)"
expect "the first page comes" 200 "$(status_of /)"
expect "the sign-in page comes" 200 "$(status_of /pages/login.html)"
expect "a page is kept from being framed elsewhere" yes "$(has_header / content-security-policy)"
expect "nobody reads without signing in" 401 "$(status_of /api/devices)"
expect "nobody writes without signing in" 401 "$(ask --output /dev/null --write-out '%{http_code}' \
    --request POST --header 'Content-Type: application/json' --data '{}' "$address/api/products")"
expect "an address that is not there is told" 404 "$(status_of /api/nothing-here)"
exit "$failed"
