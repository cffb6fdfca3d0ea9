echo hello >m.model
mmspan scan -m gemma-4 --tokenizer m.model </dev/null
