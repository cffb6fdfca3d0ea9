mmspan merge
