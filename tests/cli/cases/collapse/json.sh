mmspan collapse -c data/gemma.yaml -f json
