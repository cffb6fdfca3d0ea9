printf '5 151652 151655*10 151653 9\n5 6\n' | mmspan scan -m gemma-4
