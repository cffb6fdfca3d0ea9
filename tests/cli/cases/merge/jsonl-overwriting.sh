echo '2 255999 258880' > a.txt
mmspan audit -m gemma-4 a.txt --shard 0/2 -o a.json > out
mmspan audit -m gemma-4 a.txt --shard 1/2 -o b.json > out
cp b.json before
mmspan merge a.json b.json -o ./b.json
echo $?
mmspan merge a.json b.json -o all.json > out
echo $?
cmp b.json before
