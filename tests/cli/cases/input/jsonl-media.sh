cat >a.jsonl <<'END'
{"input_ids": [5, 255999, 258880, 258880, 258882], "media": {"image": [2]}}
{"input_ids": [5, 255999, 258880, 258880, 258882], "media": {"image": [3]}}
{"input_ids": [5, 255999, 258880, 258880, 258882], "media": []}
{"input_ids": [5, 255999, 258880, 258880, 258882]}
{"input_ids": [5, 258880], "media": {"image": [2]}}
{"input_ids": [5, 258880], "media": {"picture": [2]}}
END
mmspan scan -c data/gemma.yaml a.jsonl
echo $?
sed -n 5p a.jsonl | mmspan expand -c data/gemma.yaml
# What a line says goes before what is given for all.
sed -n '4,5p' a.jsonl | mmspan expand -c data/gemma.yaml --rows image=4
