awk 'BEGIN { for (i = 0; i < 100000; i++) print i }' >ids
{ mmspan scan -c data/gemma.yaml -f json ids; echo "exit $?" >&2; } | head -n 1
