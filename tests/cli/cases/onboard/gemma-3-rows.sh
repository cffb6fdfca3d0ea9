# A fine-tuned Gemma 3 whose processor says other rows than its config does.
mkdir m
cat >m/config.json <<'EOF'
{"boi_token_index": 255999, "eoi_token_index": 256000, "image_token_index": 262144,
 "mm_tokens_per_image": 256, "model_type": "gemma3", "text_config": {"vocab_size": 262208}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_seq_length": 1024}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
