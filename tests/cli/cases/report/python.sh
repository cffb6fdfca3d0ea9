mmspan report r.json -o r.html
