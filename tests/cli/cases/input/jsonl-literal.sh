echo '{"input_ids": [258882, 255999, 258880, 258880, 258882], "literal": [[0, 1]]}' | mmspan scan -c data/gemma.yaml
