# A folder without a tokenizer names IDs: those that the config lacks are what it would miss.
mkdir m
cat >m/config.json <<'END'
{"image_token_id": 258880, "audio_token_id": 5, "boi_token_id": 6, "speech_token_id": 7}
END
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan check -m gemma-4 --tokenizer m
