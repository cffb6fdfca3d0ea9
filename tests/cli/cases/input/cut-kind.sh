# Cut in the bytes that tell what it is: neither text nor a token ID with an odd name.
for bytes in '\223NUM' '\050\265' '\037' 'PAR' 'MMIDIDX\000'; do
    printf "$bytes" >cut
    mmspan scan -c data/gemma.yaml cut
    echo "$?"
done
# An archive of 7z begins with a number, too.
printf 7 | mmspan scan -c data/gemma.yaml
