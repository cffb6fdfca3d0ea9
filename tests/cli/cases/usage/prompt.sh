mmspan scan -m gemma-4 --text x
mmspan scan -m gemma-4 --tokenizer t --text x y
