# What has wrapped around is not found, and that is said.
printf '\005\000\124\120\127\120\127\120\125\120\007\000' >wrapped
mmspan detect --dtype uint16 wrapped
