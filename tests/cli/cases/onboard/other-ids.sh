# The kind is known, and its tokens are others: moved by their roles.
mkdir m
cat >m/config.json <<'EOF'
{"model_type": "qwen2_vl", "image_token_id": 500, "video_token_id": 501,
 "vision_start_token_id": 502, "vision_end_token_id": 503, "vocab_size": 600}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
