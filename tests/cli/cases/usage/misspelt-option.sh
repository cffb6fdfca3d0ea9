mmspan scan --sumary
mmspan scan --f
mmspan expand --row=image=2
mmspan scan -m gemma-4 --exit-zeroo </dev/null
mmspan --versoin
