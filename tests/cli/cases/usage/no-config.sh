mmspan scan
