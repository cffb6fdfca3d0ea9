mmspan check data/pattern.yaml
