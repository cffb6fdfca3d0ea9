mmspan scan -c data/gemma.yaml --format=json
