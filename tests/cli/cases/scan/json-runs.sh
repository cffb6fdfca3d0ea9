mmspan scan -c data/pixtral.yaml -f json
