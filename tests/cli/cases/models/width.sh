# Neither the list nor a part of it is wider than a terminal, and all that was asked for is there.
mmspan models | awk 'length > 100 { print "wide: " $0 }'
mmspan models GEMMA | awk 'length > 100 { print "wide: " $0 }'
mmspan models -f json | grep -c . >all
mmspan models | grep -c ' IDs ' | cmp - all
