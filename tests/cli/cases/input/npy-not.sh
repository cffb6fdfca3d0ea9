echo 1 2 3 4 5 | mmspan scan -c data/gemma.yaml --input-format npy
