printf '5\n255999 258880\n255999 258880 258880 258882\n258882\n' >a
mmspan scan -c data/gemma.yaml --findings a
mmspan scan -c data/gemma.yaml --findings -f json a
printf '5 258880\n' | mmspan scan -c data/gemma.yaml --findings
echo $?
