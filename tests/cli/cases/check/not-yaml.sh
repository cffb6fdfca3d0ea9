mmspan check data/not-yaml.yaml
