#!/bin/bash
# Onboards a folder made from each shipped config: tests/cli/onboard.sh PROGRAM CONFIGS [FOLDERS]
# With the config's own IDs it must be recognised, with others it must not fail, and the
# draft must always pass the check, with the tokenizer and without. So must those of the real
# folders in FOLDERS, if it is there, unless there is nothing in them, and the message says so.
set -euo pipefail

program=$1
configs=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
n_folders=0

fail() {
    echo "$*" >&2
    failed=1
}

# tokens CONFIG SHIFT: the pieces with an ID as the members of a JSON object, each piece
# and each ID once.
tokens() {
    sed -n 's/^.*{id: \([0-9][0-9]*\), piece: \("\([^"\\]\|\\.\)*"\).*$/\1 \2/p' "$1" |
        awk -v shift="$2" '{
            id = $1 + shift
            sub(/^[0-9]+ /, "")
            if (!(id in ids) && !($0 in pieces))
                printf "%s%s: %d", n++ ? ", " : "", $0, id
            ids[id]
            pieces[$0]
        }'
}

# onboard FOLDER NAME: drafts and checks.
onboard() {
    n_folders=$((n_folders + 1))
    rm -f "$work/draft.yaml"
    if ! "$program" onboard "$1" -o "$work/draft.yaml" 2>"$work/notes"; then
        fail "$2: $(cat "$work/notes")"
        return
    fi
    "$program" check "$work/draft.yaml" --tokenizer "$1" >"$work/verdict" 2>&1 ||
        fail "$2: $(cat "$work/verdict")"
    "$program" check "$work/draft.yaml" >"$work/verdict" 2>&1 ||
        fail "$2: $(cat "$work/verdict")"
    grep -q '^ok ' "$work/verdict" || fail "$2: $(cat "$work/verdict")"
}

mkdir "$work/own" "$work/moved"
for config in "$configs"/*.yaml; do
    name=$(basename "$config" .yaml)
    own=$(tokens "$config" 0)
    [ -n "$own" ] || continue
    printf '{%s}\n' "$own" >"$work/own/added_tokens.json"
    printf '{%s}\n' "$(tokens "$config" 7000)" >"$work/moved/added_tokens.json"
    # Where a token has a piece only, or is one of several, no ID is here to be found.
    if ! grep -qE '\{(piece|any|range|ids)' "$config"; then
        onboard "$work/own" "$name"
        grep -q 'recognised as' "$work/notes" || fail "$name is not recognised"
    fi
    # Tokens whose names say nothing are no more than names.
    if "$program" onboard "$work/moved" >/dev/null 2>&1; then
        onboard "$work/moved" "$name, moved"
    fi
done

for folder in "${3:-nowhere}"/*/; do
    [ -d "$folder" ] || continue
    if "$program" onboard "$folder" >/dev/null 2>"$work/notes"; then
        onboard "$folder" "$folder"
    else
        grep -q 'no image, video or audio is recognised; read ' "$work/notes" ||
            fail "$folder: $(cat "$work/notes")"
    fi
done

echo "onboard: $n_folders folders"
[ "$n_folders" -gt 100 ] || fail "too few folders"
exit "$failed"
