for command in '' check collapse explain models scan; do
    mmspan $command -h | awk 'length > 80 { print "wide: " $0 } END { if (NR > 24) print "long: " NR }'
done
