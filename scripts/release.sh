# What upgrade.sh and rollback.sh share. Releases lie beside each other:
#
#   /opt/cvd/releases/1.4.0   /opt/cvd/current -> releases/1.4.0   /opt/cvd/previous -> …
#
# ROOT names another folder than /opt/cvd, ENV_FILE another one than /etc/cvd/cvd.env,
# SERVICE_CONTROL a program that is called with start or stop instead of systemctl.
ROOT=${ROOT:-/opt/cvd}
ENV_FILE=${ENV_FILE:-/etc/cvd/cvd.env}

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

control() {
    if [ -n "${SERVICE_CONTROL:-}" ]; then "$SERVICE_CONTROL" "$1"; else systemctl "$1" cvd; fi
}

# The settings that the service has, for commands beside it.
read_settings() {
    set -a
    CVD_DATABASE_URL=${CVD_DATABASE_URL:-sqlite:////var/lib/cvd/cvd.db}
    if [ -r "$ENV_FILE" ]; then . "$ENV_FILE"; fi
    set +a
}

# Usage: flask_of RELEASE COMMAND…: a command of that release, as the user of the service.
flask_of() {
    release=$1; shift
    cd "$release"
    if [ "$(id -u)" = 0 ] && id cvd >/dev/null 2>&1; then
        runuser --preserve-environment --user cvd -- .venv/bin/flask "$@"
    else
        .venv/bin/flask "$@"
    fi
}

# Usage: switch_to RELEASE: it is the current one from here on, in one step.
switch_to() {
    ln -s "$1" "$ROOT/.current.$$"
    mv -T "$ROOT/.current.$$" "$ROOT/current"
}

# Usage: last_migration RELEASE: the one that its schema ends with.
last_migration() {
    find "$1/migrations" -maxdepth 1 -name '*.sql' ! -name '*.rollback.sql' |
        sed 's|.*/||; s|\.sql$||' | LC_ALL=C sort | tail -n 1
}

address() {
    if [ -n "${CVD_PUBLIC_URL:-}" ]; then say "$CVD_PUBLIC_URL"; else
        say "http://${CVD_HOST:-127.0.0.1}:${CVD_PORT:-5000}"
    fi
}
