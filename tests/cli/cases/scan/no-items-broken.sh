echo '5 151652 151655*10' | mmspan scan -m qwen2-vl
