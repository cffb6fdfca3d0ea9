mmspan scan -m gemma-4 --tokenizer nowhere </dev/null
