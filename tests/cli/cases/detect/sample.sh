# Only the beginning of each file is read; a sequence is cut there.
seq 300000 1200000 >many.txt
tr '\n' ' ' <many.txt >one.txt
mmspan detect --exit-zero one.txt one.txt | head -1
