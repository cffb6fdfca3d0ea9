mmspan scan -c data/gemma.yaml nowhere.txt
