make-model.sh '<unk>:2' '<s>:3' '[IMG]:3' '[IMG_BREAK]:3' '[IMG_END]:3' '▁:1' a:1 b:1 >m.model
sed 's/id: [0-9]*, //' data/pixtral.yaml >m.yaml
printf '<s>a b[IMG][IMG][IMG_BREAK][IMG][IMG][IMG_END]ab\n' >prompt.txt
mmspan scan -c m.yaml --tokenizer m.model --text prompt.txt 2>&1 | grep -q 'without SentencePiece' && exit 77
mmspan scan -c m.yaml --tokenizer m.model --text prompt.txt && mmspan collapse -c m.yaml --tokenizer m.model --text - <prompt.txt
