# An unknown model that sees images by cross attention: touching tokens are not joined.
mkdir m
cat >m/config.json <<'EOF'
{"image_token_index": 99000, "model_type": "nova_cross", "eoc_token_id": 99001,
 "text_config": {"cross_attention_layers": [3, 8], "vocab_size": 99500}}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
