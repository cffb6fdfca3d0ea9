# A block that goes on beyond a border is cut there; positions are those of the line.
cat >a.jsonl <<'END'
{"input_ids": [255999, 258880, 258880, 258882, 7, 255999, 258880, 258880, 258882], "documents": [0, 4, 9]}
{"input_ids": [255999, 258880, 258880, 258882, 7, 255999, 258880, 258880, 258882], "documents": [2]}
{"input_ids": [258880, 7, 258880, 258880], "documents": [2], "media": {"image": [2, 3, 4]}}
{"input_ids": [258880, 7, 258880, 258880], "documents": [2], "media": {"image": [2, 3]}}
{"input_ids": [258882, 258880, 7], "documents": [1], "literal": [[0, 2]]}
END
mmspan scan -c data/gemma.yaml -f json a.jsonl
mmspan scan -c data/gemma.yaml a.jsonl
mmspan scan -c data/gemma.yaml --summary a.jsonl
sed -n '1p; 3p' a.jsonl | mmspan collapse -c data/gemma.yaml -f json
sed -n '3p' a.jsonl | mmspan expand -c data/gemma.yaml
