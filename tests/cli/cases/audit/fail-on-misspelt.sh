mmspan audit -m gemma-4 a.txt --fail-on truncated-blok=1%
