mmspan scan -c data/gemma.yaml -f json
