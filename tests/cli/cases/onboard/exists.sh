# What somebody has worked on is left alone; devices and pipes are written to.
mkdir model
echo '{"<|vision_start|>": 151652, "<|vision_end|>": 151653, "<|image_pad|>": 151655}' >model/added_tokens.json
mmspan onboard model 2>&1 | grep -q "without simdjson" && exit 77
echo mine >draft.yaml
ln -s draft.yaml link.yaml
mmspan onboard model -o draft.yaml
echo $?
mmspan onboard model -o link.yaml
echo $?
cat draft.yaml
mmspan onboard model -o /dev/null 2>err
echo $?
mkfifo pipe
cat pipe >piped &
mmspan onboard model -o pipe 2>err
wait
mmspan onboard model -o new.yaml 2>err
cmp piped new.yaml
mmspan onboard model -o . 2>&1
