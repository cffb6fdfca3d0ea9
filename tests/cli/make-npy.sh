#!/bin/sh
# Writes a .npy file to standard output: make-npy.sh DICT [BYTES] [VERSION]
#   DICT     the header's dict, as "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }"
#   BYTES    the elements as printf escapes: '\002\000\000\000'
#   VERSION  1 (the default), 2 or 3
set -eu

dict=$1
bytes=${2-}
version=${3-1}

# One byte by its number.
byte() {
    printf '%b' "\\0$(printf '%o' "$1")"
}

# Everything before the elements is padded with blanks to a multiple of 64 bytes and
# ends in a line feed.
prefix=10
[ "$version" -eq 1 ] || prefix=12
length=$((${#dict} + 1))
total=$(((prefix + length + 63) / 64 * 64))
length=$((total - prefix))

printf '\223NUMPY'
byte "$version"
byte 0
byte $((length % 256))
byte $((length / 256))
if [ "$version" -ne 1 ]; then
    byte 0
    byte 0
fi
printf '%-*s\n' $((length - 1)) "$dict"
printf '%b' "$bytes"
