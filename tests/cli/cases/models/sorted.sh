mmspan models | sed '1d; /^ /d; /^?/d' | awk '{ print $1 }' | uniq >a
sort a | cmp - a
