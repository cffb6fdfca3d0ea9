mkdir m
cat >m/added_tokens.json <<'EOF'
{"<image>": 3}
EOF
cat >m/tokenizer_config.json <<'EOF'
{"added_tokens_decoder": {"4": {"content": "<image>"}}}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
