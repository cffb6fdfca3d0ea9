mkdir m
cat >m/config.json <<'EOF'
{"model_type": "acme_vl", "image_token_id": 70000, "text_config": {"vocab_size": 71000},
 "mm_tokens_per_image": 144, "vision_start_token_id": 70001, "vision_end_token_id": 70002}
EOF
cat >m/added_tokens.json <<'EOF'
{"<|acme|>": 70000, "<|vs|>": 70001, "<|ve|>": 70002, "<|speech_begin|>": 70003,
 "<|speech_pad|>": 70004, "<|speech_end|>": 70005}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml --tokenizer m
