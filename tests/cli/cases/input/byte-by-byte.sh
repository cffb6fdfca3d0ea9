for i in 1 2 ',' 3 4 5 -; do
    printf '%s' "$i"
done | dd bs=1 2>/dev/null | mmspan scan -c data/gemma.yaml
