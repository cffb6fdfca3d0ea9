cat > a.jsonl <<'END'
{"input_ids": [2, 255999, 258880, 258880, 258882, 107], "labels": [-100, -100, -100, -100, -100, 107]}
{"input_ids": [2, 255999, 258880, 258880]}

{"input_ids": [258882, 107], "attention_mask": [1, 1, 1]}
{"input_ids": [2, 255999, 258880, 258880, 258882], "labels": [-100, 255999, -100, -100, -100], "image_grid_thw": [[1, 4, 4]]}
END
mmspan audit -m gemma-4 a.jsonl --findings f.jsonl --bad b.jsonl
status=$?
cat f.jsonl b.jsonl
exit $status
