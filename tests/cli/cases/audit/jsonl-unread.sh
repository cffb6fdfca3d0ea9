echo '2 255999 258880 258880 258882' > a.txt
printf '{"input_ids": [1]}\n{"input_ids": 1}\n' > jsonl-b.jsonl
mmspan audit -m gemma-4 a.txt missing.npy jsonl-b.jsonl -o r.json
