# Says where nothing was found and what was looked for.
mkdir empty other
touch empty/notes.md
mmspan audit -m gemma-4 empty
echo $?
mmspan audit -m gemma-4 empty --dtype uint16 other
