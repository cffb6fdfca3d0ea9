echo '2 255999 258880' > a.txt
mmspan audit -m gemma-4 a.txt -o a.json > out
mmspan audit -m gemma-3 a.txt -o b.json > out
mmspan audit -m gemma-4 a.txt --shard 0/2 -o c.json > out
mmspan merge a.json b.json
echo $?
mmspan merge a.json a.json
echo $?
mmspan merge c.json
echo $?
mmspan merge c.json --partial > out
echo $?
echo '{"schema": 2}' > d.json
mmspan merge d.json
echo $?
echo '{"schema": 1}' > e.json
mmspan merge e.json
