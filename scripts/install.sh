#!/bin/sh
# Installs what CVD runs on into .venv and frontend/node_modules; with --dev,
# what the checks and tests need too. Does nothing when nothing has changed. Where
# there is a folder wheels/ (`make dist`), no package index is asked.
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

pip_install() {
    if [ -d wheels ]; then set -- --no-index --find-links wheels "$@"; fi
    .venv/bin/python -m pip install --disable-pip-version-check "$@"
}

create_environment() {
    if [ -x .venv/bin/python ] && is_recent .venv/bin/python; then return; fi
    python=$(find_python)
    say "Creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv ||
        fail "Python cannot create an environment; on Debian and Ubuntu: apt install python3-venv"
}

# Usage: is_installed FOLDER MARK...: whether what is in FOLDER was installed from such files.
is_installed() {
    folder=$1; shift
    for wanted in "$@"; do
        if [ "$(cat "$folder/.installed-from" 2>/dev/null)" = "$wanted" ]; then return; fi
    done
    return 1
}

install_python() {
    run=$(mark_of requirements.txt)
    dev=$(mark_of requirements.txt requirements-dev.txt)
    if [ "$mode" = --dev ]; then
        file=requirements-dev.txt mark=$dev
        if is_installed .venv "$dev"; then return; fi
    else
        file=requirements.txt mark=$run
        if is_installed .venv "$run" "$dev"; then return; fi
    fi
    say "Installing $file"
    pip_install --requirement "$file"
    install_sqlite
    register_commands
    say "$mark" >.venv/.installed-from
}

# A current SQLite, where there is one ready made; CVD works without, with one process.
install_sqlite() {
    pip_install --quiet --only-binary :all: "pysqlite3==$PYSQLITE" 2>/dev/null ||
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

install_browser_libraries() {
    lock=$(mark_of frontend/package-lock.json)
    if [ "$mode" = --dev ]; then
        mark="dev $lock"; set --
    else
        mark="run $lock"; set -- --omit=dev
    fi
    if is_installed frontend/node_modules "$mark" "dev $lock"; then return; fi
    if ! command -v npm >/dev/null; then
        say "Notice: npm is missing, so there are no charts and icons. Install Node, then run this again."
        return
    fi
    say "Installing frontend/package-lock.json"
    (cd frontend && npm ci "$@")
    say "$mark" >frontend/node_modules/.installed-from
}

# Few files a page in place of seventy; without it the plain modules serve.
bundle_pages() {
    [ -d frontend/node_modules/rolldown ] || return 0
    mark=$(find frontend -name node_modules -prune -o -name built -prune -o -type f -name '*.*' -print | LC_ALL=C sort | xargs cat | cksum)
    if is_installed frontend/built "$mark"; then return; fi
    say "Bundling the pages"
    if node frontend/bundle.mjs; then
        say "$mark" >frontend/built/.installed-from
    else
        say "Notice: the pages could not be bundled (Node 20.19 or newer does); they load as plain modules."
    fi
}

create_environment
install_python
install_browser_libraries
bundle_pages
