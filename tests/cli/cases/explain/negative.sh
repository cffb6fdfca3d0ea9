mmspan explain -c data/negative.yaml
