make-megatron.sh corpus 4 4 '2 255999 258880 258880 258882' '' '7 255999 258880'
mmspan scan -c data/gemma.yaml corpus.idx
mmspan collapse -c data/gemma.yaml corpus.bin 2>/dev/null
# By both names, as a shell's corpus.* has it, it is read once.
mmspan scan -c data/gemma.yaml --summary -f json corpus.bin corpus.idx
mmspan scan -c data/gemma.yaml --input-format megatron -f json corpus.idx | grep -c .
