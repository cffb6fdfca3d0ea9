for command in check collapse explain models scan; do
    mmspan $command -h >a
    mmspan $command --help >b
    head -1 a
    cmp a b
done
