mmspan scan -c data/gemma.yaml -c data/llava.yaml
