printf '1\n' >-x
mmspan scan -c data/gemma.yaml -f json -- -x
