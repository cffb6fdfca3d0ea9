#!/bin/sh
# Writes a small SentencePiece model to standard output: make-model.sh TEXT:TYPE...
#   TYPE   1 normal, 2 unknown, 3 control, 4 user-defined; the IDs count from 0
set -eu

# One byte by its number.
byte() {
    printf '%b' "\\0$(printf '%o' "$1")"
}

# A field of Protocol Buffers with a length: field TAG TEXT; texts are short.
field() {
    byte "$1"
    byte "$(printf '%s' "$2" | wc -c)"
    printf '%s' "$2"
}

for piece; do
    text=${piece%:*}
    # The field with the text, a score of 0 in five bytes, and the type in two.
    byte 10
    byte $(($(printf '%s' "$text" | wc -c) + 9))
    field 10 "$text"
    printf '\025\000\000\000\000\030'
    byte "${piece##*:}"
done
# TrainerSpec, of type unigram; NormalizerSpec: no normalisation, no blank added.
printf '\022\002\030\001'
byte 26
byte 14
field 10 identity
printf '\030\000\040\000'
