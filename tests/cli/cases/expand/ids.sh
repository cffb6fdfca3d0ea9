# Rows with breaks, which a number of rows does not tell: two media, with one and with two rows.
printf '10 10 13\n10 10 12 10 10 13\n' >media.txt
echo '5 10 13 6 10 13 7' | mmspan expand -c data/pixtral.yaml --ids image=media.txt
# Expanding again changes nothing, and what stands there already is compared.
printf '5 10 10 13 6 10 10 12 10 10 13 7\n' >expanded.txt
mmspan expand -c data/pixtral.yaml --ids image=media.txt expanded.txt
printf '10 12 10 13\n10 10 12 10 10 13\n' >others.txt
mmspan scan -c data/pixtral.yaml --ids image=others.txt expanded.txt
