# No tokenizer: recognised by the IDs of config.json, the tokens by their names.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999,
 "eoi_token_index": 256000, "eos_token_id": [1, 106], "image_token_index": 262144,
 "mm_tokens_per_image": 256, "model_type": "gemma3",
 "text_config": {"model_type": "gemma3_text", "vocab_size": 262208},
 "vision_config": {"model_type": "siglip_vision_model"}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_seq_length": 256, "processor_class": "Gemma3Processor"}
EOF
cat >m/tokenizer_config.json <<'EOF'
{"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>",
 "extra_special_tokens": {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>",
  "image_token": "<image_soft_token>"}, "image_token": "<image_soft_token>"}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
