mkdir m
echo '{"image_token_id": 5}' >m/config.json
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 33384568\n' >m/tokenizer.json
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
