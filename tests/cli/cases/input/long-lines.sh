awk 'BEGIN { for (k = 0; k < 3; k++) { for (i = 0; i < 50000; i++) printf "%d ", i; print k } }' >ids
mmspan collapse -c data/gemma.yaml ids | sed 's/ *$//' | cmp - ids
mmspan collapse -c data/gemma.yaml ids | cksum >a
cksum <ids >b
cmp a b
