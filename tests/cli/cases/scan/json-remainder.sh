mmspan scan -c data/llava.yaml -f json
