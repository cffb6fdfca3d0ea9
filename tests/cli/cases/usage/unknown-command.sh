mmspan frobnicate
