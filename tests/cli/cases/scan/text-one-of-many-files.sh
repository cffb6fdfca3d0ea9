printf '1 2\n' >a
: >b
mmspan scan -c data/gemma.yaml a b
