mkdir m
cat >m/config.json <<'EOF'
{"model_type": "llama\u001b[2J", "vocab_size": 32000}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
