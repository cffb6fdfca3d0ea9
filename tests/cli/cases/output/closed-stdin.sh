mmspan scan -c data/gemma.yaml <&-
