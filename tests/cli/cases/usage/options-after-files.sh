printf '1\n' >a
mmspan scan a -c data/gemma.yaml -f json
