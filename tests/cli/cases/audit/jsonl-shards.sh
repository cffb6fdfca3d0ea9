export SLURM_ARRAY_TASK_ID=11 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=10
for i in 1 2 3; do echo '2 255999 258880' > $i.txt; done
mmspan audit -m gemma-4 ?.txt -o 'r{shard}.json' > out || exit
SLURM_ARRAY_TASK_ID=10 mmspan audit -m gemma-4 ?.txt -o 'r{shard}.json' > out || exit
mmspan audit -m gemma-4 ?.txt -o 'r{shard}.json' || exit
unset SLURM_ARRAY_TASK_ID
mmspan audit -m gemma-4 ?.txt -o whole.json > out
mmspan merge r1.json r0.json -o merged.json > out
echo $?
cmp whole.json merged.json
OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 mmspan audit -m gemma-4 ?.txt -o r.json
