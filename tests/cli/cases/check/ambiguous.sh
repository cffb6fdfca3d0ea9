mmspan check data/ambiguous.yaml
