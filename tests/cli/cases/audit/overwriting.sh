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
cmp d/a.txt before && cmp c.yaml data/gemma.yaml && ls
