# Many different rows are counted between powers of 2, for people and then for programs, too.
awk 'BEGIN { for (n = 2; n < 5000; n++) printf "1 2*%d 3 5\n", n }' >a.txt
cat >c.yaml <<'END'
mmspan: 1
model: many
tokens: {b: 1, p: 2, e: 3}
modalities: {image: {begin: b, patch: p, end: e}}
END
mmspan scan -c c.yaml --summary a.txt
mmspan scan -c c.yaml --summary -f json a.txt
head -4000 a.txt | mmspan scan -c c.yaml --summary -f json | grep -o '{"rows": [0-9]*, "items": 1}' | wc -l
