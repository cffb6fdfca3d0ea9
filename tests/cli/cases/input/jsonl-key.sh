echo '{"tokens": [2, 255999, 258880, 258882], "input_ids": [1]}' | mmspan collapse -c data/gemma.yaml --key tokens
echo '{"tokens": [1]}' | mmspan scan -c data/gemma.yaml
echo '{"input_ids": [1]}' | mmspan scan -c data/gemma.yaml --key tokens
