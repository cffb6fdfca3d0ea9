mmspan scan -m
