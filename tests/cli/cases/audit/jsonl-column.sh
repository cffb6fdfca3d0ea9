# A column that was named and that no row has is no clean audit, not the second time either.
try() {
    mmspan audit -m gemma-4 "$@" >out
    echo "$?"
}
echo '{"input_ids": [2, 5], "targets": null}' >a.jsonl
echo '{"input_ids": [2, 5], "label": [2, 5]}' >b.jsonl
touch empty.jsonl
try a.jsonl b.jsonl --column labels=label --column loss_mask=targets
try a.jsonl -o r.json
try a.jsonl -o r.json --column labels=label
try a.jsonl -o r.json --column labels=label
try a.jsonl b.jsonl --column labels=typo --column loss_mask=wrong --exit-zero
try b.jsonl --column ids=tokens
try empty.jsonl --column labels=label
try a.jsonl --shard 0/2 --column labels=label
