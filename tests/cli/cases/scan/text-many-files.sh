printf '1 2\n' >a
printf '3\n258880\n' >b
mmspan scan -c data/gemma.yaml a b -
