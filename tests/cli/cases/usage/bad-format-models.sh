mmspan models -f yaml
