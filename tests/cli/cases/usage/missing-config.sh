mmspan scan -c nowhere.yaml
