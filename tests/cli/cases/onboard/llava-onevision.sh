# num_image_tokens are those of one tile: no rows are made of them.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["LlavaOnevisionForConditionalGeneration"], "image_token_index": 151646,
 "model_type": "llava_onevision", "text_config": {"model_type": "qwen2", "vocab_size": 152000},
 "video_token_index": 151647, "vision_config": {"model_type": "siglip_vision_model"}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_token": "<image>", "num_image_tokens": 729, "video_token": "<video>"}
EOF
cat >m/added_tokens.json <<'EOF'
{"<image>": 151646, "<video>": 151647, "<|endoftext|>": 151643, "<|im_end|>": 151645}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
