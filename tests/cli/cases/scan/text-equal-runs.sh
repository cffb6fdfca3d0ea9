mmspan scan -c data/pixtral.yaml
