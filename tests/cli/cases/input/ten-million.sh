awk 'BEGIN { for (i = 0; i < 10000000; i++) printf "%d ", 1000 + i % 1000; print "" }' >ids
mmspan scan -c data/gemma.yaml ids
mmspan collapse -c data/gemma.yaml ids | tr ' ' '\n' |
    awk '{ s += $1 } END { printf "%d %.0f\n", NR, s }'
