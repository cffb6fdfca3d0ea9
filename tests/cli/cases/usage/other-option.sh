# A file for -m, a built-in config for -c.
cp data/gemma.yaml my.yaml
cp data/gemma.yaml mine
for words in 'scan -m my.yaml' 'scan -m mine' 'scan -m nowhere/my.yml' 'scan -c gemma-4' \
    'audit -c gemma-4 my.yaml' 'check gemma-4' 'check -m my.yaml' 'scan -m google/gemma-4-27b-it' \
    'scan -m google/gemma-4' 'scan -m nobodys' 'onboard google/gemma-4'; do
    mmspan $words || echo $?
done
cp data/gemma.yaml gemma-4
mmspan check gemma-4
