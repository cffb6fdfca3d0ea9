# uint16 cannot hold 255999: what was written is something else.
make-megatron.sh m 8 2 '2 255999 258880 258882'
mmspan scan -c data/gemma.yaml m.idx
echo $?
make-megatron.sh m 8 2 '10 10 12 10 10 13'
mmspan scan -c data/pixtral.yaml m.idx
