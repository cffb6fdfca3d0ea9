mmspan audit -m gemma-4 a.txt --shard 8/8
