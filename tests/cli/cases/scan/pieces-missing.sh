mkdir m
cat >m/m.yaml <<'EOF'
mmspan: 1
model: m
tokens: {boi: {piece: "<a>"}, img: {piece: "<b>"}, end: 7}
modalities: {image: {begin: boi, patch: img, end: end}}
EOF
cat >m/added_tokens.json <<'EOF'
{"<a>": 5}
EOF
mmspan scan -c m/m.yaml --tokenizer m/added_tokens.json </dev/null 2>&1 | grep -q 'without simdjson' && exit 77
echo '1 5 6 6 7' | mmspan scan -c m/m.yaml --tokenizer m/added_tokens.json
