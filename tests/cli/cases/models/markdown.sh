mmspan models -f markdown | sed -n '1,2p; /^| gemma-4 /p'
