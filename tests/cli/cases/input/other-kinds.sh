run() {
    mmspan scan -c data/gemma.yaml "$1"
    echo "$?"
}
printf 'PAR1\025\000\025' >a.parquet
run a.parquet
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n' >pointer
run pointer
printf '\3757zXZ\000\000\004' >a.xz
run a.xz
printf '\200\004\225\013' >a.pkl
run a.pkl
printf '\377\377\377\377\020\001\000\000' >data.arrow
run data.arrow
# Named as text they are no better.
mmspan scan -c data/gemma.yaml --input-format text a.parquet
echo $?
mmspan detect a.pkl
echo $?
