awk 'BEGIN { printf "{\"input_ids\": [1], \"x\": "; for (i = 0; i < 2000; i++) printf "["; for (i = 0; i < 2000; i++) printf "]"; print "}" }' |
    mmspan scan -c data/gemma.yaml
