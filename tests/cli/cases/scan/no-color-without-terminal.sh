mmspan scan -c data/gemma.yaml | grep -c "$(printf '\033')"
