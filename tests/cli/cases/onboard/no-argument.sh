mmspan onboard
