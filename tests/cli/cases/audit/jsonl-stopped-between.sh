# A signal at the end of a file: the files behind it are missed.
mkfifo a.jsonl
echo '{"input_ids": [2, 255999, 258880, 258882]}' > b.jsonl
mmspan audit -m gemma-4 a.jsonl b.jsonl -o r.json > out 2> err &
exec 3> a.jsonl
cat b.jsonl >&3
sleep 0.5
kill -TERM $!
cat b.jsonl >&3
exec 3>&-
wait $!
echo $?
grep -o 'stopped by signal 15' err
grep -o '"complete": .*' r.json
mmspan merge r.json 2> err
echo $?
grep -o 'is missing' err
