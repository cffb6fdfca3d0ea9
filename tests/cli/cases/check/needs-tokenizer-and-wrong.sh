cat >m.yaml <<'EOF'
mmspan: 1
model: m
tokens: {boi: {piece: "<a>"}, img: {piece: "<b>"}, end: 7}
modalities: {image: {begin: boi, patch: img, end: end, bare: [boi img end]}}
EOF
mmspan check m.yaml
