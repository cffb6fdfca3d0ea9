# Damaged data is still recognised: one block of two lacks its end.
printf '%s\n' '2 255999 258880 258880 258882' '2 255999 258880 258880' >a.txt
mmspan detect --format json a.txt
