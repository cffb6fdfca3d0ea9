mmspan explain -c data/negative.yaml -f json
