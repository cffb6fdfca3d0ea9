# A folder that says what model it is and no ID; and one that says nothing.
mkdir m empty
echo '{"model_type": "qwen3_5"}' >m/config.json
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan check -m qwen3.5 --tokenizer m
mmspan check -m qwen3.5 --tokenizer empty
