mmspan scan -c data/gemma.yaml --input-format csv
