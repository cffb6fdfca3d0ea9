#!/bin/sh
# Runs the golden tests of the command line: run.sh [-u] PROGRAM [CASE...]
#   -u     rewrites the expectations from what the program does; review the diff
#   CASE   names like scan/json; all when there are none
#
# A case is a shell script cases/GROUP/NAME.sh with, beside it and as needed,
#   NAME.stdin                     its standard input, else there is none
#   NAME.stdout, NAME.stderr       exactly what it prints, else it must print nothing
#   NAME.stdout.glob, .stderr.glob the same as shell patterns, instead
#   NAME.exit                      its exit status, else 0
# It runs in an empty directory that has `data`; mmspan, make-npy.sh, make-megatron.sh
# and make-model.sh are in the PATH.
# A case that cannot run on this machine exits with 77 and is skipped, and so are the
# cases jsonl* when the program was built without JSON Lines.
set -u

update=no
if [ "${1-}" = -u ]; then
    update=yes
    shift
fi
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: run.sh [-u] PROGRAM [CASE...]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd) || exit 2
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") || exit 2
shift
# shellcheck disable=SC2046 # names of cases have no blanks
[ $# -gt 0 ] || set -- $(cd "$here/cases" && find . -name '*.sh' | sed 's|^\./||; s|\.sh$||' | sort)

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/bin"
ln -s "$program" "$work/bin/mmspan"
ln -s "$here/make-npy.sh" "$here/make-megatron.sh" "$here/make-model.sh" "$work/bin"
PATH=$work/bin:$PATH
LC_ALL=C
export PATH LC_ALL
unset NO_COLOR TERM

no_jsonl=no
if echo '{"input_ids": []}' | mmspan scan -c "$here/data/gemma.yaml" 2>&1 |
    grep -q 'built without simdjson'; then
    no_jsonl=yes
fi

# True when a case needs what this program does not have.
lacks() {
    case $1 in
    */jsonl*) [ $no_jsonl = yes ] ;;
    *) false ;;
    esac
}

# Runs a case in a directory of its own; leaves out, err and status in $work.
execute() {
    stdin=/dev/null
    [ -f "$1.stdin" ] && stdin=$1.stdin
    rm -rf "$work/run"
    mkdir "$work/run"
    ln -s "$here/data" "$work/run/data"
    (cd "$work/run" && sh "$1.sh" <"$stdin" >"$work/stdout" 2>"$work/stderr")
    echo $? >"$work/exit"
}

# True when a stream is as expected: matches CASE stdout|stderr
matches() {
    if [ -f "$1.$2.glob" ]; then
        # shellcheck disable=SC2254 # the expectation is a pattern
        case $(cat "$work/$2") in
        $(cat "$1.$2.glob")) return 0 ;;
        esac
        return 1
    fi
    expected=$1.$2
    [ -f "$expected" ] || expected=/dev/null
    cmp -s "$expected" "$work/$2"
}

# Prints how a stream differs: explain CASE stdout|stderr
explain() {
    expected=$1.$2
    [ -f "$1.$2.glob" ] && expected=$1.$2.glob
    [ -f "$expected" ] || expected=/dev/null
    echo "  $2:"
    diff -u "$expected" "$work/$2" | sed '1,2d; s/^/    /' | head -40
}

# Writes one expectation, unless it is the one that needs no file.
rewrite_stream() {
    [ -f "$1.$2.glob" ] && return
    if [ -s "$work/$2" ]; then
        cp "$work/$2" "$1.$2"
    else
        rm -f "$1.$2"
    fi
}

rewrite() {
    rewrite_stream "$1" stdout
    rewrite_stream "$1" stderr
    if [ "$(cat "$work/exit")" -eq 0 ]; then
        rm -f "$1.exit"
    else
        cp "$work/exit" "$1.exit"
    fi
}

passed=0
failed=0
skipped=0
for name; do
    case=$here/cases/$name
    if [ ! -f "$case.sh" ]; then
        echo "FAIL $name: no such case"
        failed=$((failed + 1))
        continue
    fi
    if lacks "$name"; then
        skipped=$((skipped + 1))
        continue
    fi
    execute "$case"
    wanted=0
    [ -f "$case.exit" ] && wanted=$(cat "$case.exit")
    if [ "$(cat "$work/exit")" -eq 77 ]; then
        echo "skip $name"
        skipped=$((skipped + 1))
        continue
    fi
    if [ $update = yes ]; then
        rewrite "$case"
        wanted=$(cat "$work/exit")
    fi
    if [ "$(cat "$work/exit")" -eq "$wanted" ] && matches "$case" stdout &&
        matches "$case" stderr; then
        passed=$((passed + 1))
        continue
    fi
    failed=$((failed + 1))
    echo "FAIL $name: exit $(cat "$work/exit"), expected $wanted"
    matches "$case" stdout || explain "$case" stdout
    matches "$case" stderr || explain "$case" stderr
done
[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
