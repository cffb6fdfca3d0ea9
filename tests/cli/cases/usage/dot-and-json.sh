mmspan explain -c data/gemma.yaml --dot -f json
