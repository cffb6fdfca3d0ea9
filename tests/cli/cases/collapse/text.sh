mmspan collapse -c data/gemma.yaml
