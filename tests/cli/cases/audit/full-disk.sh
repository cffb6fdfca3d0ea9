[ -c /dev/full ] || exit 77
echo '2 255999 258880' > a.txt
mmspan audit -m gemma-4 a.txt -o /dev/full
echo $?
mmspan audit -m gemma-4 a.txt --findings /dev/full
echo $?
mmspan audit -m gemma-4 a.txt > /dev/full
