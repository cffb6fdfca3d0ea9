# The rows of a tile say which of two configs for the same kind of model it is.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["SmolVLMForConditionalGeneration"], "image_token_id": 49190,
 "model_type": "smolvlm", "text_config": {"model_type": "llama", "vocab_size": 49280}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_seq_len": 64}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && sed -n '/^# /p;/^  *rows/p;/^  image/p' draft.yaml && mmspan check draft.yaml --tokenizer m
