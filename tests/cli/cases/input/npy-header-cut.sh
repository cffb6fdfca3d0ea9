printf '\223NUMPY\001\000\166' | mmspan scan -c data/gemma.yaml
