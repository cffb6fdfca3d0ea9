mmspan check >a
echo $?
mmspan check --all | cmp - a
grep -c '^ok gemma-4: ' a
grep -v -e '^needs-tokenizer ' -e '^ok [a-z0-9.-]*: [0-9]* modalit[a-z]*, [0-9]* states\{0,1\}, [0-9]* examples\{0,1\}$' a || echo 'no others'
