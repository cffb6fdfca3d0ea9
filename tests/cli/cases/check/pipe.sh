cat >m.yaml <<'EOF'
mmspan: 1
model: m
tokens: {boi: {piece: "<a>"}, img: 6, end: 7}
modalities: {image: {begin: boi, patch: img, end: end}}
examples: [{name: x, ids: [boi, img, end], items: [{start: 0}]}]
EOF
mkfifo pipe
cat m.yaml >pipe &
timeout 20 mmspan check -c pipe
wait
