# Sequences of several files, of different formats, are one sample.
echo '[2, 255999, 258880, 258882]' >a.txt
echo '2 256000 258881 258883' >b.txt
mmspan detect a.txt b.txt
