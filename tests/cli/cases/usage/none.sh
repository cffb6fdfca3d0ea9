mmspan
