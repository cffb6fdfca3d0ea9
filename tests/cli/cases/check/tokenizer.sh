mkdir m
cat >m/added_tokens.json <<'EOF'
{"<|image>": 255999, "<image|>": 5, "<odd\u001b>": 258880, "<|audio>": 256000, "<audio|>": 258883,
 "<|audio|>": 258881}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan check data/gemma.yaml --tokenizer m
