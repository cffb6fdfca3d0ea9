mmspan models gemma-4
