command -v script >/dev/null || exit 77
printf '1 2\n\004' | script -qec 'mmspan scan -c data/gemma.yaml >out 2>err' log >/dev/null 2>&1
grep -o 'note: reading token IDs from the terminal' err
cat out
