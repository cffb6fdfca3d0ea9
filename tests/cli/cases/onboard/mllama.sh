# One token for each image, which takes no rows.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["MllamaForConditionalGeneration"], "image_token_index": 128256,
 "model_type": "mllama", "text_config": {"bos_token_id": 128000,
 "cross_attention_layers": [3, 8, 13, 18], "eos_token_id": [128001, 128008, 128009],
 "model_type": "mllama_text_model", "pad_token_id": 128004, "vocab_size": 128256}}
EOF
cat >m/added_tokens.json <<'EOF'
{"<|image|>": 128256, "<|begin_of_text|>": 128000}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
