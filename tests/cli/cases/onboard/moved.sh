mkdir m
cat >m/added_tokens.json <<'EOF'
{"<|image>": 501, "<image|>": 502, "<|image|>": 503, "<|video|>": 504, "<|audio>": 505,
 "<audio|>": 506, "<|audio|>": 507}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && grep -E '^# (Rec|Diff)|^  [a-z]*: *.id' draft.yaml && mmspan check draft.yaml
