touch m
mmspan onboard m
