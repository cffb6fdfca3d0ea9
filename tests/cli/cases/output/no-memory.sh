awk 'BEGIN { for (i = 0; i < 4000000; i++) printf "1 " }' >ids
# shellcheck disable=SC3045 # where it is missing the case is skipped
ulimit -v 20000 && mmspan --version >/dev/null || exit 77
mmspan scan -c data/gemma.yaml ids
