#!/bin/sh
# Upgrades an installation to the release in an archive of `make dist`:
#
#   scripts/upgrade.sh cvd-1.4.0-linux-x86_64-py311.tar.gz
#
# The release is installed beside the one that runs, a backup is taken, and only then CVD is
# stopped, its schema brought up and the new one started. When that one does not answer as it
# should, rollback.sh brings back what was there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/release.sh"

archive=${1:?"Say which archive: scripts/upgrade.sh ARCHIVE"}
[ -r "$archive" ] || fail "There is no archive $archive."
if [ -r "$archive.sha256" ]; then
    (cd "$(dirname "$archive")" && sha256sum --check --quiet "$(basename "$archive").sha256") ||
        fail "$archive is damaged: fetch it again."
fi
version=$(tar -xzOf "$archive" --wildcards 'cvd-*/VERSION') || fail "$archive is no release of CVD."
release=$ROOT/releases/$version
read_settings

# Installed whole or not at all: the mark is made last.
if [ ! -e "$release/.complete" ]; then
    say "Installing $version into $release"
    rm -rf "$release"
    mkdir -p "$release"
    tar -xzf "$archive" -C "$release" --strip-components 1
    "${PYTHON:-python3}" "$release/scripts/verify_env.py"
    sh "$release/scripts/install.sh"
    : >"$release/.complete"
fi

if [ ! -e "$ROOT/current" ]; then
    switch_to "$release"
    control start
    exec sh "$release/scripts/smoke.sh" "$(address)"
fi

before=$(readlink -f "$ROOT/current")
[ "$before" != "$(readlink -f "$release")" ] || fail "$version is the release that runs already."
saved=$ROOT/backups/before-$version-$(date +%Y%m%dT%H%M%S).zip
mkdir -p "$ROOT/backups"
if [ "$(id -u)" = 0 ] && id cvd >/dev/null 2>&1; then chown cvd: "$ROOT/backups"; fi
(flask_of "$before" backup "$saved")

control stop
say "Bringing the schema up to $version"
# An interrupted one is the old schema still: nothing has to be undone.
if ! (flask_of "$release" db upgrade); then
    control start
    sh "$release/scripts/smoke.sh" "$(address)" && fail "Not upgraded: $before runs again."
    fail "Not upgraded, and $before does not answer as it should: see its log."
fi
ln -sfn "$before" "$ROOT/previous"
switch_to "$release"
control start
if ! sh "$release/scripts/smoke.sh" "$(address)"; then
    say "$version does not answer as it should: going back to $before." >&2
    sh "$release/scripts/rollback.sh"
    fail "Not upgraded."
fi
say "$version runs. The backup from before is $saved; scripts/rollback.sh goes back."
