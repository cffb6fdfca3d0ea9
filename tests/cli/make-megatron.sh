#!/bin/sh
# Writes a Megatron pair: make-megatron.sh STEM CODE WIDTH SEQUENCE...
#   CODE      of the type, 4 for int32, 8 for uint16, ...
#   WIDTH     bytes per token
#   SEQUENCE  IDs with blanks between; one that begins with image: has mode 1
set -eu

stem=$1
code=$2
width=$3
shift 3

# number VALUE WIDTH: the low bytes of a number, the last one first.
number() {
    value=$1
    i=0
    while [ $i -lt "$2" ]; do
        printf '%b' "\\0$(printf '%o' $((value & 255)))"
        value=$((value >> 8))
        i=$((i + 1))
    done
}

: >"$stem.bin"
: >"$stem.modes"
sizes=
modes=no
for sequence; do
    case $sequence in
    image:*)
        modes=yes
        number 1 1 >>"$stem.modes"
        ;;
    *) number 0 1 >>"$stem.modes" ;;
    esac
    size=0
    for id in ${sequence#image:}; do
        number "$id" "$width" >>"$stem.bin"
        size=$((size + 1))
    done
    sizes="$sizes $size"
done
{
    printf 'MMIDIDX\000\000'
    number 1 8
    number "$code" 1
    number $# 8
    number 2 8
    for size in $sizes; do
        number "$size" 4
    done
    pointer=0
    for size in $sizes; do
        number $pointer 8
        pointer=$((pointer + size * width))
    done
    number 0 8
    number $# 8
    [ $modes = no ] || cat "$stem.modes"
} >"$stem.idx"
rm "$stem.modes"
