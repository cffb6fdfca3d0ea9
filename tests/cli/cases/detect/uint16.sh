# What has wrapped around is not found, and that is said.
printf '\105\000\124\120\127\120\127\120\125\120\107\000' >wrapped
mmspan detect --dtype uint16 wrapped
