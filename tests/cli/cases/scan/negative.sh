mmspan scan -c data/negative.yaml
