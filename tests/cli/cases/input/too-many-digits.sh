awk 'BEGIN { for (i = 0; i < 200000; i++) printf "1"; print "" }' | mmspan scan -c data/gemma.yaml
