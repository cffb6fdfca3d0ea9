#!/bin/bash
# Replays the recorded prompts in ../shared/vectors, or in MMSPAN_VECTORS, with the script that
# lies beside them.
#
#     tests/runners/vectors.sh MMSPAN
#
# Exits with 77 where there are none.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
vectors=${MMSPAN_VECTORS:-$top/../shared/vectors}
if [ ! -f "$vectors/processors.jsonl" ]; then
    echo "no $vectors/processors.jsonl: skipped"
    exit 77
fi
exec python3 "$vectors/replay.py" "$1" "$vectors/processors.jsonl"
