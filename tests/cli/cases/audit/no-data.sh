mmspan audit -m gemma-4
