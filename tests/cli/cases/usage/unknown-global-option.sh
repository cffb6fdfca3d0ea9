mmspan --frobnicate
