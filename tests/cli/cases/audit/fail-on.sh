printf '2 255999 258880\n9\n9\n9\n' > a.txt
mmspan audit -m gemma-4 a.txt --fail-on truncated-block=25% --fail-on rows > out && echo passed
mmspan audit -m gemma-4 a.txt --fail-on any > out
