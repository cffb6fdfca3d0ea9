printf '1\n' >a
mmspan scan -c data/gemma.yaml -f json a nowhere.txt
