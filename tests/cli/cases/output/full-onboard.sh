mkdir model
echo '{"<|vision_start|>": 151652, "<|vision_end|>": 151653, "<|image_pad|>": 151655}' >model/added_tokens.json
mmspan onboard model 2>&1 | grep -q "without simdjson" && exit 77
mmspan onboard model -o /dev/full 2>err
status=$?
grep -v note: err
exit $status
