mmspan explain -m gemma-4 prompt.txt
