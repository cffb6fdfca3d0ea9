# Three shipped configs have its token; the rows say which it is.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["PaliGemmaForConditionalGeneration"], "bos_token_id": 2, "eos_token_id": 1,
 "image_token_index": 257152, "model_type": "paligemma", "pad_token_id": 0,
 "text_config": {"model_type": "gemma", "num_image_tokens": 1024, "vocab_size": 257216},
 "vision_config": {"num_image_tokens": 1024}, "vocab_size": 257152}
EOF
cat >m/preprocessor_config.json <<'EOF'
{"image_seq_length": 1024, "processor_class": "PaliGemmaProcessor"}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
