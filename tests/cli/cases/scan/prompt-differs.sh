make-model.sh '<unk>:2' '[IMG]:3' '[IMG_BREAK]:3' '[IMG_END]:3' a:1 >m.model
echo a | mmspan scan -c data/pixtral.yaml --tokenizer m.model --text -
