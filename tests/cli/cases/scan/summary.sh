cat >a.txt <<'END'
5 255999 258880*4 258882 6 255999 258880*4 258882
255999 258880*2 258882 258880 7
5 6
5 255999 258880*3
END
echo '258882 258882 5 258882' >b.txt
mmspan scan -c data/gemma.yaml --summary a.txt b.txt
mmspan scan -c data/gemma.yaml --summary -f json a.txt b.txt
echo 5 6 | mmspan scan -c data/gemma.yaml --summary 2>/dev/null
mmspan scan -c data/gemma.yaml --summary --findings a.txt
echo $?
