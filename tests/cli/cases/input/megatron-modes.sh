make-megatron.sh m 4 4 '2 255999 258880 258880 258882' 'image:3 1 2 3' '258880 5'
mmspan scan -c data/gemma.yaml -f json m.idx
mmspan scan -c data/gemma.yaml --summary m.idx
