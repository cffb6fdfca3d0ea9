#!/bin/sh
# Runs the commands that pages show together with what they print, and compares:
# transcripts.sh PROGRAM PAGE...
# A transcript is a block of a Markdown page that is indented by four blanks and begins with
# `$ COMMAND`; what follows up to the end of the block, or to the next command, is what the
# command prints. Blank lines inside a block are part of it.
set -eu

if [ $# -lt 2 ] || [ ! -x "$1" ]; then
    echo "usage: transcripts.sh PROGRAM PAGE..." >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")" "$work/bin/mmspan"
PATH=$work/bin:$PATH
shift

awk -v work="$work" '
    FNR == 1 { inside = 0 }
    /^    \$ / {
        inside = 1
        blank = 0
        name = sprintf("%s/%03d", work, ++n)
        print FILENAME ":" FNR >(name ".place")
        print substr($0, 7) >(name ".sh")
        printf "" >(name ".wanted")
        next
    }
    inside && /^$/ { blank++; next }
    !/^    / { inside = 0 }
    inside {
        for (; blank > 0; blank--)
            print "" >(name ".wanted")
        print substr($0, 5) >(name ".wanted")
    }
' "$@"

failed=0
count=0
for script in "$work"/*.sh; do
    [ -f "$script" ] || break
    case=${script%.sh}
    # What the command prints is compared, not its status: 1 stands for findings.
    sh "$script" </dev/null >"$case.printed" 2>&1 || :
    count=$((count + 1))
    if ! diff -u "$case.wanted" "$case.printed" >"$case.diff"; then
        echo "$(cat "$case.place"): prints something else:"
        sed 1,2d "$case.diff"
        failed=1
    fi
done
echo "$count transcripts"
[ "$failed" = 0 ] && [ "$count" -gt 0 ]
