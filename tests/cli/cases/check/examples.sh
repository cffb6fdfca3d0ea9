mmspan check data/untrue.yaml
