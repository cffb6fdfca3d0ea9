mmspan models -f json | grep '"model": "gemma-4"' | sed 's/\("huggingface": \[\)[^]]*/\1/'
