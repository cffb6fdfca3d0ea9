awk 'BEGIN {
    for (i = 0; i < 200; i++) printf "255999 258880*4 258882 7 "
    print ""
    for (i = 0; i < 3; i++) printf "258880*500 7 "
    print "258884 258884"
    for (i = 0; i < 300; i++) printf "255999 258880*%d 258882 258884 7 ", 2 + i % 7
    print ""
    for (i = 0; i < 30; i++) printf "258882 7 "
    print "255999"
}' >a
mmspan scan -c data/gemma.yaml a
mmspan scan -c data/gemma.yaml --full a | awk '{ print NF }' | sort | uniq -c | awk '{ print $1, $2 }'
