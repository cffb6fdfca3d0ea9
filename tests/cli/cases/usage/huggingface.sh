echo '2 255999 258880 258882' | mmspan scan -m facebook/chamelon-7b
echo $?
echo '1 2' | mmspan collapse -m facebook/chameleon-7b
echo $?
echo '5 32000 5' | mmspan scan -m llava-hf/llava-1.5-7b-hf
echo $?
