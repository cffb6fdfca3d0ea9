mkdir m
echo '{"image_token_id": 5}' >m/config.json
printf '\100\0\0\0\0\0\0\0{"__metadata__":{}}' >m/tokenizer.model
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m
