mmspan check data/gemma.yaml -c data/llava.yaml -m gemma-4 | sed 's/\(gemma-4:\).*/\1/'
