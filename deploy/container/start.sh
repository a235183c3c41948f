#!/bin/sh
# Begins a container: `serve` brings the schema up and serves, other words are a command of flask.
set -eu
if [ "${1:-serve}" = serve ]; then flask db upgrade; fi
exec flask "$@"
