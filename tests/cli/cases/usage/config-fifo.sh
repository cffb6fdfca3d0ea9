mkfifo config
cat data/gemma.yaml >config &
echo '2 255999 258880 258882' | mmspan scan -c config
cat data/not-yaml.yaml >config &
mmspan check -c config
