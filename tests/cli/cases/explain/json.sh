mmspan explain -c data/gemma.yaml -f json
