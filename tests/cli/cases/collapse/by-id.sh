mmspan collapse -c data/negative.yaml
