# The tokenizer of a language model has tokens of Qwen2-VL, but the model has its own.
mkdir m
cat >m/config.json <<'EOF'
{"model_type": "nova_vl", "image_token_id": 151671, "text_config": {"vocab_size": 151936}}
EOF
cat >m/added_tokens.json <<'EOF'
{"<|vision_start|>": 151652, "<|vision_end|>": 151653, "<|image_pad|>": 151655,
 "<|video_pad|>": 151656, "<IMG_CONTEXT>": 151671}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
