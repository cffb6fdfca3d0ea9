#!/bin/bash
# Compiles every public header alone, twice in a row and all together, as C and as C++,
# with every warning an error. Usage: tests/consumer/headers.sh [C-COMPILER...]
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
compilers=("$@")
[ ${#compilers[@]} -gt 0 ] || compilers=(gcc clang)
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror)
failed=0

# check COMPILER LANGUAGE STANDARD HEADER...
check() {
    local compiler=$1 language=$2 standard=$3
    shift 3
    if ! printf '#include <mmspan/%s>\n' "$@" |
        "$compiler" -x "$language" -std="$standard" "${warnings[@]}" -I"$top/include" \
            -fsyntax-only -; then
        echo "$compiler -std=$standard: $*" >&2
        failed=1
    fi
}

cd "$top/include/mmspan"
headers=(*.h)
for compiler in "${compilers[@]}"; do
    for mode in "c c11" "c c17" "c++ c++17"; do
        read -r language standard <<<"$mode"
        for header in "${headers[@]}"; do
            check "$compiler" "$language" "$standard" "$header" "$header"
        done
        check "$compiler" "$language" "$standard" "${headers[@]}"
    done
done
echo "headers: ${#headers[@]}, compilers: ${compilers[*]}"
exit "$failed"
