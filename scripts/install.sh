#!/bin/sh
# Installs what CVD runs on into .venv and frontend/node_modules; with --dev,
# what the checks and tests need too. Does nothing when nothing has changed.
set -eu
cd "$(dirname "$0")/.."

PYSQLITE=0.6.1
mode=${1:---run}

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
mark_of() { cat "$@" scripts/install.sh | cksum; }

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then say "$candidate"; return; fi
    done
    fail "CVD needs Python 3.11 or newer; install it, or name it: make run PYTHON=/path/to/python3"
}

create_environment() {
    if [ -x .venv/bin/python ] && is_recent .venv/bin/python; then return; fi
    python=$(find_python)
    say "Creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv ||
        fail "Python cannot create an environment; on Debian and Ubuntu: apt install python3-venv"
}

# Usage: install_python NAME FILE...: installs the last file, marked as NAME.
install_python() {
    stamp=.venv/.installed-$1; shift
    mark=$(mark_of "$@")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$mark" ]; then return; fi
    for file in "$@"; do :; done
    say "Installing $file"
    .venv/bin/python -m pip install --disable-pip-version-check --requirement "$file"
    install_sqlite
    register_commands
    say "$mark" >"$stamp"
}

# A current SQLite, where there is one ready made; CVD works without, with one process.
install_sqlite() {
    .venv/bin/python -m pip install --disable-pip-version-check --quiet \
        --only-binary :all: "pysqlite3==$PYSQLITE" 2>/dev/null ||
        say "Notice: no ready-made SQLite for this platform; Python's own is used (see flask check)."
}

# Flask's own `routes` can only be replaced by an installed package: this is what an
# editable install would write, without a build tool.
register_commands() {
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    mkdir -p "$site/cvd-0.dist-info"
    pwd >"$site/cvd.pth"
    printf 'Metadata-Version: 2.1\nName: cvd\nVersion: 0\n' >"$site/cvd-0.dist-info/METADATA"
    printf '[flask.commands]\nroutes = cli:routes\n' >"$site/cvd-0.dist-info/entry_points.txt"
}

# Usage: install_browser_libraries NAME NPM-ARGUMENT...
install_browser_libraries() {
    stamp=frontend/node_modules/.installed-$1; shift
    mark=$(mark_of frontend/package-lock.json)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$mark" ]; then return; fi
    if ! command -v npm >/dev/null; then
        say "Notice: npm is missing, so charts, icons and /api/docs stay plain. Install Node, then run this again."
        return
    fi
    say "Installing frontend/package-lock.json"
    (cd frontend && npm ci "$@")
    say "$mark" >"$stamp"
}

create_environment
if [ "$mode" = --dev ]; then
    install_python dev requirements.txt requirements-dev.txt
    install_browser_libraries dev
elif [ "$(cat .venv/.installed-dev 2>/dev/null)" != "$(mark_of requirements.txt requirements-dev.txt)" ]; then
    install_python run requirements.txt
    install_browser_libraries run --omit=dev
fi
