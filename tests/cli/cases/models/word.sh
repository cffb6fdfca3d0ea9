mmspan models gemma-4 -f json | grep -o '"model": "gemma-4"'
mmspan models GOOGLE/gemma-4-e2b -f json | grep -o '"model": "gemma-4"'
mmspan models '<|image>' -f json | grep -o '"model": "gemma-4"'
mmspan models 258880 -f json | grep -o '"model": "gemma-4"'
# 25888 is no ID of it, and both words must be there.
mmspan models 25888 gemma-4 -f json
echo $?
mmspan models 258880 gemma-4-jax -f markdown
echo $?
mmspan models no-such-word
echo $?
