mmspan check data/faults.yaml
