# 2 255999 258880 258882, little-endian and big-endian.
printf '\002\000\000\000\377\347\003\000\100\363\003\000\102\363\003\000' >le.bin
printf '\000\000\000\002\000\003\347\377\000\003\363\100\000\003\363\102' >be.bin
mmspan collapse -c data/gemma.yaml --dtype int32 le.bin 2>/dev/null
mmspan collapse -c data/gemma.yaml --dtype uint32 <le.bin 2>/dev/null
dd if=be.bin 2>/dev/null | mmspan collapse -c data/gemma.yaml --dtype '>u4' 2>/dev/null
# Without the type, with a wrong one, with one that has wrapped, cut.
run() {
    mmspan scan -c data/gemma.yaml "$@"
    echo "$?"
}
run le.bin
run --dtype int23 le.bin
run --dtype uint16 le.bin
run --dtype uint8 le.bin
run --dtype int16 le.bin
head -c 15 le.bin | mmspan scan -c data/gemma.yaml --dtype int32
echo $?
head -c 15 le.bin >cut.bin
run --dtype int32 cut.bin
run --dtype int32 --input-format npy le.bin
make-npy.sh "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }" '\001\000\000\000' >a.npy
run --dtype int32 a.npy
