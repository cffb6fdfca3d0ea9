for command in '' audit check collapse detect expand explain fix merge models onboard report scan; do
    mmspan $command -h | awk 'length > 80 { print "wide: " $0 } END { if (NR > 24) print "long: " NR }'
done
