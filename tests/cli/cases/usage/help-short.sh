mmspan -h
