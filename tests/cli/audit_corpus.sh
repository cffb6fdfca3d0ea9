#!/bin/sh
# Audits a generated corpus with planted faults and asks its author's check whether exactly these
# were found, in every format and number of shards: audit_corpus.sh PROGRAM CORPUS_FOLDER [TOKENS]
# with other corpora by the variables SEED and BROKEN, the share of faults.
# Skipped (77) without the folder, which has gen.py and truth.py, or without NumPy.
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
corpus=$2
tokens=${3:-1e6}
python=${PYTHON:-python3}
[ -f "$corpus/gen.py" ] || exit 77
"$python" -c 'import numpy' 2>/dev/null || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" "$corpus/gen.py" "$work/corpus" "$tokens" --broken "${BROKEN:-0.1}" --seed "${SEED:-11}" >/dev/null
cd "$work"
"$python" "$here/audit_corpus.py" corpus set

# check NAME FILE [truth's options]: one run is right, and shards give the same bytes
check() {
    name=$1
    file=$2
    shift 2
    "$program" audit "$file" -m qwen2.5-vl -o "$name.json" --findings "$name.f" >/dev/null || [ $? -eq 1 ]
    "$python" -c '
import json, sys
json.dump([[f["row"], f["kind"]] for f in map(json.loads, sys.stdin)], sys.stdout)' <"$name.f" >found.json
    "$python" "$corpus/truth.py" corpus/truth.json found.json "$@"
    same "$name" "$file"
}

same() {
    for n in 1 2 3 8; do
        rm -f shard-*.json
        i=0
        while [ $i -lt $n ]; do
            "$program" audit "$2" -m qwen2.5-vl --shard "$i/$n" -o "shard-$i.json" >/dev/null
            i=$((i + 1))
        done
        "$program" merge shard-*.json -o merged.json --exit-zero >/dev/null
        cmp "$1.json" merged.json
    done
}

check jsonl set/all.jsonl
check gzip set/all.jsonl.gz
check ids set/ids.jsonl --ids-only
check megatron set/m.idx --ids-only
"$program" audit set/windows.npy -m qwen2.5-vl -o windows.json --exit-zero >/dev/null
same windows set/windows.npy
