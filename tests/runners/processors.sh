#!/bin/bash
# Replays what real processors write against the configs.
#
#     tests/runners/processors.sh MMSPAN [CONFIG...]
#
# The packages (tests/runners/processors/requirements.txt) are installed once, into a virtual
# environment in build/processors, or where MMSPAN_PROCESSORS_VENV says; a change of the list
# makes a new one. Exits with 77, and says why, where they cannot be installed.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/runners/processors
venv=${MMSPAN_PROCESSORS_VENV:-$top/build/processors/venv}
stamp=$venv/requirements.txt

if ! cmp -s "$here/requirements.txt" "$stamp"; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! { python3 -m venv "$venv" &&
        "$top/tests/python/install.sh" "$venv/bin/python" -r "$here/requirements.txt"; } \
        >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        echo "the processors cannot be installed here: skipped; without them nothing says that" \
            "the configs still fit what the processors write" >&2
        exit 77
    fi
    cp "$here/requirements.txt" "$stamp"
fi
"$venv/bin/python" "$here" "$@"
