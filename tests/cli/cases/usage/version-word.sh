mmspan version | cut -d ' ' -f 1
mmspan help | head -1
mmspan help scan | head -1
