#!/bin/bash
# House rules that a script can check: file length, a first sentence, banned names and
# marks of unfinished work. Usage: tests/check_source.sh
set -euo pipefail

cd "$(dirname "$0")/.."
failed=0

fail() {
    echo "$*" >&2
    failed=1
}

list_sources() {
    find include src tools tests configs -type f \
        \( -name '*.[ch]' -o -name '*.cc' -o -name '*.py' -o -name '*.sh' -o -name '*.cmake' \) |
        sort
}

sources=()
while IFS= read -r file; do
    sources+=("$file")
done < <(list_sources)
[ ${#sources[@]} -gt 0 ] || fail "no sources found"

for file in "${sources[@]}"; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 450 ]; then
        fail "$file: $lines lines, more than 450"
    elif [ "$lines" -gt 400 ]; then
        echo "$file: warning: $lines lines, more than 400"
    fi

    name=$(basename "$file")
    case ${name%.*} in
    util | utils | helper | helpers | misc | common)
        fail "$file: the name does not say what the file is for"
        ;;
    esac

    case $file in
    *.c | *.h | *.cc)
        awk 'NR == 1 && !/^\/[*\/]/ { exit 1 }
             /[.:]( |$)/ { exit 0 }
             /\*\/|^$/ { exit 1 }' "$file" ||
            fail "$file: does not begin with a comment that says its job in a sentence"
        ;;
    esac
done

if grep -nEw 'TODO|FIXME|XXX|HACK' "${sources[@]}" | grep -v '^tests/check_source.sh:'; then
    fail "unfinished work, see above"
fi
if grep -nE '[[:blank:]]+$' "${sources[@]}"; then
    fail "blanks at the end of a line, see above"
fi
if grep -nP '\t' "${sources[@]}"; then
    fail "tabs, see above"
fi

echo "check_source: ${#sources[@]} files"
exit "$failed"
