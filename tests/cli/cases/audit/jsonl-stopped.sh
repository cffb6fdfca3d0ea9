mkfifo pipe
echo '2 255999 258880' > a.txt
mmspan audit -m gemma-4 a.txt pipe -o r.json > out 2> err &
exec 3> pipe
kill -TERM $!
exec 3>&-
wait $!
echo $?
grep -o 'stopped by signal 15' err
grep -o '"complete": .*' r.json
mmspan merge r.json 2> err
echo $?
grep -o '[0-9]* to [0-9]* of [0-9]* is missing' err
ls
