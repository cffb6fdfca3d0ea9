mmspan scan -c data/faults.yaml
