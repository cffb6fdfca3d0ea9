awk 'BEGIN { for (k = 0; k < 3; k++) { for (i = 0; i < 50000; i++) printf "%d ", i; print k } }' >ids
# That none of these is an image is warned of.
mmspan collapse -c data/gemma.yaml ids 2>warnings | sed 's/ *$//' | cmp - ids
mmspan collapse -c data/gemma.yaml ids 2>warnings | cksum >a
cksum <ids >b
cmp a b
