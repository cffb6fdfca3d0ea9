mmspan collapse -c data/gemma.yaml </dev/null
