mmspan explain -c data/llava.yaml
