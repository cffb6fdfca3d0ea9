[ -c /dev/full ] || exit 77
mmspan scan -c data/gemma.yaml >/dev/full
