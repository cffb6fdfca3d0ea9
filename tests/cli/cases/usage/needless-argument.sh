mmspan scan -c data/gemma.yaml --exit-zero=1
