mmspan scan --input-format
