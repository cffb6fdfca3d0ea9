mkdir m
cat >m/added_tokens.json <<'EOF'
{"<|vision_start|>": 151652, "<|vision_end|>": 151653, "<|image_pad|>": 151655,
 "<|video_pad|>": 151656}
EOF
cat >m/config.json <<'EOF'
{"model_type": "qwen2_5_vl", "image_token_id": 151655, "vocab_size": 151936}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard -o draft.yaml m/ && grep -E '^# (Rec|Diff)|^model|^vocab' draft.yaml && mmspan check draft.yaml
