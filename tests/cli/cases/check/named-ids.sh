cat >m.yaml <<'EOF'
mmspan: 1
model: m
tokens: {boi: {piece: "<a>"}, img: {piece: "<b>"}, end: 7}
modalities: {image: {begin: boi, patch: img, end: end}}
examples:
  - name: one image
    ids: [text, boi, img*4, end, text*2]
    items: [{modality: image, form: block, start: 1, end: 7, rows: 4}]
  - name: an end that is missing
    ids: [boi, img, text]
    findings: [{kind: broken-block, start: 0, end: 2, expected: [end, img], found: text}]
EOF
mmspan check m.yaml
sed 's/found: text/found: boi/; s/img, text/imgs, text/' m.yaml >w.yaml
mmspan check w.yaml
sed 's/found: text/found: boi/' m.yaml >w.yaml
mmspan check w.yaml
