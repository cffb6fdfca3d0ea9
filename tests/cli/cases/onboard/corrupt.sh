mkdir m
cat >m/config.json <<'EOF'
{"model_type": "llama",
 "vocab_size": [1, 2
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
