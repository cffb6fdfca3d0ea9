mmspan check data/untrue.yaml data/gemma.yaml 2>/dev/null
