mmspan scan -c data/llava.yaml
