make-megatron.sh m 4 4 '1 2 3' '4 5'
cp m.idx whole.idx
cp m.bin whole.bin
run() {
    mmspan scan -c data/gemma.yaml "$1"
    echo "$?"
}
# Cut, or longer.
head -c 40 whole.idx >m.idx
run m.idx
head -c 19 whole.bin >m.bin
cp whole.idx m.idx
run m.bin
echo >>m.idx
run m.idx
cp whole.idx m.idx
cat whole.bin whole.bin >m.bin
run m.idx
# The other file is missing, or is no index.
rm m.bin
run m.idx
cp whole.bin m.bin
rm m.idx
run m.bin
echo no index >m.idx
run m.bin
# By standard input there is no file beside.
mmspan scan -c data/gemma.yaml <whole.idx
echo "$?"
# Not a pair at all.
mmspan scan -c data/gemma.yaml --input-format megatron data/gemma.yaml
echo "$?"
# Floats.
make-megatron.sh f 6 8 '1 2 3'
run f.idx
