echo '2 255999 258880*2 258882' | gzip >a.gz
mmspan scan -c data/gemma.yaml a.gz 2>err || :
if grep -q 'built without zlib' err; then exit 77; fi
cat err
mmspan scan -c data/gemma.yaml <a.gz
# Several members are one text, and zeros may follow.
{ echo '1 2' | gzip; printf '3\n4' | gzip; head -c 512 /dev/zero; } | mmspan collapse -c data/gemma.yaml 2>/dev/null
# Cut anywhere, corrupt, followed by something, compressed twice, empty.
n=1
while [ $n -lt "$(wc -c <a.gz)" ]; do
    head -c $n a.gz >cut.gz
    mmspan scan -c data/gemma.yaml cut.gz >out 2>err && echo "$n bytes are taken for all"
    n=$((n + 1))
done
cat err
{ cat a.gz; echo more; } | mmspan scan -c data/gemma.yaml
echo $?
gzip <a.gz | mmspan scan -c data/gemma.yaml
echo $?
: | gzip | mmspan scan -c data/gemma.yaml
echo $?
