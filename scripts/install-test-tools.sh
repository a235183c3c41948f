#!/bin/sh
# Installs what only the tests need from the system: Chromium, PostgreSQL, strace, promtool,
# Redis and systemd-analyze; and, beside CVD's own environment, stand-ins for buckets.
# Where that is not allowed it says which tests will be skipped, and why.
set -eu
cd "$(dirname "$0")/.."

CLUSTER_CONF=/etc/postgresql-common/createcluster.conf

say() { printf '%s\n' "$*"; }
has_chromium() {
    command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome
}
has_strace() { command -v strace; }
has_promtool() { command -v promtool; }
has_redis() { command -v redis-server; }
has_systemd() { command -v systemd-analyze; }
has_postgresql() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"; }

can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# The shell runs the tests faster; not every system has it.
install_chromium() {
    apt install --yes --no-install-recommends chromium-headless-shell fonts-liberation >/dev/null 2>&1 ||
        apt install --yes --no-install-recommends chromium fonts-liberation >/dev/null
}

# The server that comes with it is not started.
install_promtool() {
    RUNLEVEL=1 apt install --yes --no-install-recommends prometheus >/dev/null
}

install_redis() { RUNLEVEL=1 apt install --yes --no-install-recommends redis-server >/dev/null; }

install_strace() { apt install --yes --no-install-recommends strace >/dev/null; }

# Only its tools: nothing is started.
install_systemd() { RUNLEVEL=1 apt install --yes --no-install-recommends systemd >/dev/null; }

# The tests start a server of their own; the package must not start one too.
install_postgresql() {
    apt install --yes --no-install-recommends postgresql-common >/dev/null &&
        as_root cp "$CLUSTER_CONF" "$CLUSTER_CONF.before-cvd" || return
    say 'create_main_cluster = false' | as_root tee -a "$CLUSTER_CONF" >/dev/null
    installed=0
    apt install --yes --no-install-recommends postgresql >/dev/null || installed=$?
    as_root mv "$CLUSTER_CONF.before-cvd" "$CLUSTER_CONF"
    return "$installed"
}

# Usage: provide NAME TESTS: installs NAME unless it is there.
provide() {
    if "has_$1" >/dev/null 2>&1; then return; fi
    if ! can_install; then
        say "Notice: no $1 here and no right to install it with apt: $2 will be skipped."
        return
    fi
    say "Installing $1 for $2"
    { apt update && "install_$1"; } ||
        say "Notice: $1 could not be installed: $2 will be skipped."
}

# Stand-ins for buckets, in an environment of their own: moto wants older packages than CVD. The mark
# says what was installed, so that nothing is asked of an index when nothing has changed.
BUCKETS=.venv-buckets
provide_buckets() {
    wanted=$(cksum <requirements-buckets.txt)
    if [ "$(cat "$BUCKETS/installed" 2>/dev/null)" = "$wanted" ]; then return; fi
    say "Installing requirements-buckets.txt for the tests of buckets"
    { .venv/bin/python -m venv --clear --without-pip "$BUCKETS" &&
        .venv/bin/python -m pip --python "$BUCKETS/bin/python" install -qq --no-compile \
            --disable-pip-version-check -r requirements-buckets.txt &&
        say "$wanted" >"$BUCKETS/installed"; } ||
        say "Notice: stand-ins could not be installed: the tests of buckets will be skipped."
}

# A provider of OpenID Connect, locked in tests/provider.
install_provider() {
    if [ -d tests/provider/node_modules ]; then return; fi
    if ! command -v npm >/dev/null; then
        say "Notice: no npm here: the tests with a real provider of OpenID Connect will be skipped."
        return
    fi
    say "Installing tests/provider/package-lock.json"
    (cd tests/provider && npm ci --no-audit --no-fund >/dev/null) ||
        say "Notice: the provider of OpenID Connect could not be installed: its tests will be skipped."
}

provide chromium "the browser tests"
provide postgresql "the tests on PostgreSQL"
provide strace "the tests with a broken disk and a killed upgrade"
provide promtool "the tests of the alert rules"
provide redis "the tests of limits that nodes share"
provide systemd "the tests of the service's unit"
provide_buckets
install_provider
