mmspan audit -m gemma-4 --html page.html x.jsonl
