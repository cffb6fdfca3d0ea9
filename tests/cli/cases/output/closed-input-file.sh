printf '1 2\n' >a
mmspan scan -c data/gemma.yaml a >&-
status=$?
cat a
exit $status
