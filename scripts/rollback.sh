#!/bin/sh
# Goes back to the release that ran before the last upgrade, its schema included: what was
# written since stays, unless a migration says that it can't be brought back.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/release.sh"

[ -e "$ROOT/previous" ] || fail "There is no release to go back to in $ROOT."
now=$(readlink -f "$ROOT/current")
before=$(readlink -f "$ROOT/previous")
read_settings

control stop
say "Taking the schema back to $(last_migration "$before")"
# Only the newer release knows how its migrations are undone.
(flask_of "$now" db rollback --to "$(last_migration "$before")") || {
    control start
    fail "The schema could not be taken back: $now is started again."
}
switch_to "$before"
rm -f "$ROOT/previous"
control start
sh "$here/smoke.sh" "$(address)" || fail "$before does not answer as it should: see its log."
say "$before runs again."
