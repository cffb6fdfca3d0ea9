mmspan scan -m gemma-4 -f json
