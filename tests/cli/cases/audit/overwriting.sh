# Data and configs are never written over, by whatever name; nor is one output over another.
mkdir d
echo '1 2 3' > d/a.txt
cp data/gemma.yaml c.yaml
cp -L d/a.txt before
ln -s d/a.txt link.txt
ln d/a.txt hard.txt
make-megatron.sh m 8 2 '1 2 3'
try() {
    mmspan audit "$@"
    echo "$?"
}
try -c c.yaml d/a.txt -o d/a.txt
try -c c.yaml d/a.txt --bad ./d/../d/a.txt
try -c c.yaml d/a.txt --findings link.txt
try -c c.yaml link.txt --findings d/a.txt
try -c c.yaml d/a.txt -o hard.txt
try -c c.yaml m.idx -o m.bin
try -c c.yaml m.bin -o m.idx
try -c c.yaml d/a.txt -o c.yaml
try -c c.yaml d/a.txt -o x.json --bad ./x.json
try -c c.yaml d/a.txt --bad x.json --findings x.json
try -c c.yaml d/a.txt --bad /dev/null --findings /dev/null -f json -o new.json > out
# What would be data in the next run: in a folder that is audited, under such a name.
mkdir -p s/deep
echo '1 2 3' > s/a.jsonl
ln -s s/deep far
try -c c.yaml s --bad s/bad.jsonl
try -c c.yaml s/../s/ --findings far/f.jsonl.gz
try -c c.yaml s s/a.jsonl -o s/deep/r.npy
try -c c.yaml s --bad s/_bad.jsonl --findings other.jsonl -o s/r.json > out
try -c c.yaml s/a.jsonl --bad s/bad.jsonl > out
ls -A s s/deep
cmp d/a.txt before && cmp c.yaml data/gemma.yaml && ls
