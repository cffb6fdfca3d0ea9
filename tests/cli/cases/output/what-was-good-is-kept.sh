{ awk 'BEGIN { for (i = 0; i < 5000; i++) print i }'; echo x; } >ids
mmspan scan -c data/gemma.yaml -f json ids >a
echo $?
wc -l <a
tail -n 1 a
