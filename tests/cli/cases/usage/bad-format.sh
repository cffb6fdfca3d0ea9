mmspan scan -c data/gemma.yaml -f yaml
