mmspan scan -c data/gemma.yaml --exit-zero -f json
