# Tiles of other rows: the rule of the family, with the number of the file.
mkdir m
cat >m/config.json <<'EOF'
{"image_token_id": 151667, "model_type": "internvl", "text_config": {"vocab_size": 151674}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_seq_length": 64}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && sed -n '/^# /p;/^  *rows/p;/^  image/p' draft.yaml && mmspan check draft.yaml --tokenizer m
