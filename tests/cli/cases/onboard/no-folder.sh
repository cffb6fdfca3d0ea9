mmspan onboard nowhere
