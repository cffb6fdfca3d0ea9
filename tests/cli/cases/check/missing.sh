mmspan check nowhere.yaml data/gemma.yaml
