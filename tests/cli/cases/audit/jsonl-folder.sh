mkdir -p set/deep set/.hidden
echo '{"input_ids": [2]}' | tee set/a.jsonl set/deep/b.jsonl set/.hidden/c.jsonl > set/_SUCCESS
echo '{}' > set/state.json
mmspan audit -m gemma-4 set 'set/*.jsonl' -o r.json > out 2> err
grep -c '"path"' r.json
echo PAR1 > set/deep/x.parquet
mmspan audit -m gemma-4 set
