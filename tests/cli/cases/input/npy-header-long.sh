printf '\223NUMPY\002\000\377\377\377\377' | mmspan scan -c data/gemma.yaml
