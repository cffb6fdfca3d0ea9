# A mixture of experts is the same kind of model.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["Qwen3_5MoeForConditionalGeneration"], "model_type": "qwen3_5_moe",
 "image_token_id": 248056, "video_token_id": 248057, "vision_start_token_id": 248053,
 "vision_end_token_id": 248054, "text_config": {"vocab_size": 248320}}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && sed -n '/^# /p;/^  *rows/p;/^  image/p' draft.yaml && mmspan check draft.yaml --tokenizer m
