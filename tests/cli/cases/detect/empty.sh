mmspan detect </dev/null
