mmspan scan -c data/gemma.yaml --input-format npy </dev/null
