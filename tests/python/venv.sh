#!/bin/sh
# Makes a virtual environment with what the package's tests need, and prints its Python. Fails
# where that cannot be had: no Python 3.10, no headers, no packages.
# Usage: venv.sh DIRECTORY [PACKAGE...]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=$1
shift
python=${MMSPAN_PYTHON_COMMAND:-python3}

"$python" - <<'END' >&2
import os, sys, sysconfig
if sys.version_info < (3, 10):
    sys.exit("venv: Python 3.10 is needed, this is " + sys.version.split()[0])
if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    sys.exit("venv: no Python.h (Debian: python3-dev)")
END
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" >&2
packages="numpy>=1.26 pytest>=8 pyyaml typing_extensions"
# shellcheck disable=SC2086 # words are packages
"$venv/bin/python" -c 'import numpy, pytest, typing_extensions, yaml' 2>/dev/null ||
    "$here/install.sh" "$venv/bin/python" $packages >&2
[ $# -eq 0 ] || "$here/install.sh" "$venv/bin/python" "$@" >&2
echo "$(cd "$venv" && pwd)/bin/python"
