mmspan detect no-such-file
