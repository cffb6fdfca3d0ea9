mmspan collapse -c data/pixtral.yaml
