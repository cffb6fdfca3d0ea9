sed 's/^  //' >config.yaml <<'YAML'
  mmspan: 1
  model: frames
  tokens: {bov: 1, eov: 2, boi: 3, eoi: 4, patch: 5}
  modalities:
    image: {begin: boi, patch: patch, end: eoi}
    video: {pattern: "bov (boi patch+ eoi text)+ eov", embed: [patch]}
  examples:
    - name: a video of two frames
      ids: [9, 1, 3, 5, 5, 4, 8, 3, 5, 5, 4, 8, 2]
      items: [{modality: video, start: 1, end: 13, rows: 4}]
YAML
mmspan check config.yaml
