printf '1 2\n' >a
printf '3\n' >b
mmspan scan -c data/gemma.yaml -f json a - b
