mmspan collapse -c data/gemma.yaml >once || :
mmspan collapse -c data/gemma.yaml once | cmp - once
