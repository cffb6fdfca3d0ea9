mmspan scan -m gemma-4 -c data/gemma.yaml
