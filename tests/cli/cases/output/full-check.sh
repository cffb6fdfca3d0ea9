[ -c /dev/full ] || exit 77
mmspan check data/gemma.yaml >/dev/full
