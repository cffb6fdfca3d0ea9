awk 'BEGIN { printf "{\"input_ids\": [1"; for (i = 0; i < 300000; i++) printf ", %d", 9000 + i % 1000; print "]}"; print "{\"input_ids\": [7]}" }' >a.jsonl
mmspan scan -c data/gemma.yaml a.jsonl
dd if=a.jsonl bs=100 2>/dev/null | mmspan scan -c data/gemma.yaml -f json | cksum >a
mmspan scan -c data/gemma.yaml -f json <a.jsonl | cksum >b
cmp a b
