mmspan check --exit-zero data/untrue.yaml 2>/dev/null
