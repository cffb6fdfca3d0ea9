{
    echo 1
    for _ in $(seq 100); do
        [ -s log ] && break
        sleep 0.1
    done
    echo 2 >>log
    echo 2
} | mmspan scan -c data/gemma.yaml -f json | while read -r line; do
    echo "$line" >>log
done
cut -c1-15 log
