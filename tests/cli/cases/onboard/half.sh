mkdir m
cat >m/added_tokens.json <<'EOF'
{"<image>": 3, "</image>": 4}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
