#!/bin/sh
# Installs packages for the tests into an environment: with uv, which takes a fraction of the
# time, where UV names its program; else with pip.
# Usage: install.sh PYTHON PACKAGE-OR-OPTION...
set -eu

python=$1
shift
if [ -n "${UV:-}" ]; then
    exec "$UV" pip install -q -p "$python" "$@"
fi
exec "$python" -m pip install -q --disable-pip-version-check --no-input --progress-bar off "$@"
