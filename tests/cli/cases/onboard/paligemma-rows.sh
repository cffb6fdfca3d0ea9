# A size that no shipped config has: the rows are those that its own file says.
mkdir m
cat >m/config.json <<'EOF'
{"image_token_index": 257152, "model_type": "paligemma", "text_config": {"vocab_size": 257216}}
EOF
cat >m/preprocessor_config.json <<'EOF'
{"image_seq_length": 576}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
