printf '2 151652 151655*8 151653 9\n' > a.txt
mmspan audit -m gemma-4 a.txt --exit-zero
