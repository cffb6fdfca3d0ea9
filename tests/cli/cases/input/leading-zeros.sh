awk 'BEGIN { for (i = 0; i < 60; i++) printf "%02000d ", i; print "" }' | mmspan collapse -c data/gemma.yaml
