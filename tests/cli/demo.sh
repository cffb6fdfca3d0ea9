#!/bin/sh
# The commands that tools/demo shows work as they stand, where it was started, here beside the
# build directory: demo.sh DEMO BUILD-DIRECTORY
set -eu

build=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$build/.."
MMSPAN_BUILD_DIR=$build "$1" >"$work/shown"

# Each command prints again what stood below it.
awk -v work="$work/" '
     /^\$ / { sub(/^\$ /, ""); print >(work "command" ++n); next }
     n && /^\(exit status/ { closed[n] = 1; next }
     n && !closed[n] { print >(work "wanted" n) }' "$work/shown"
for n in 1 2; do
    sh "$work/command$n" >"$work/printed" || [ $? -eq 1 ]
    diff "$work/wanted$n" "$work/printed"
done
grep -q '^The program is /.*/mmspan$' "$work/shown"
eval "$(sed -n 's/^Its help: //p' "$work/shown")" >"$work/help"
grep -q '^Usage: mmspan' "$work/help"
(
    eval "$(sed -n 's/^To have it in the PATH of this shell: //p' "$work/shown")"
    cd /
    [ "$(command -v mmspan)" = "$(sed -n 's/^The program is //p' "$work/shown")" ]
)
# As root, but for the place.
DESTDIR=$work/root sh -c "$(sed -n 's/^To install it, as root: //p' "$work/shown")" >/dev/null
find "$work/root" -name libmmspan.a | grep -q .
