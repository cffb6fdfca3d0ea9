# Nothing but its kind is known, and the draft says so.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["Qwen3_5ForConditionalGeneration"], "model_type": "qwen3_5"}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
