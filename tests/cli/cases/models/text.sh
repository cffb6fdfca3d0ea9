mmspan models | sed -n '1p; /^gemma-4 /p' | tr -s ' '
