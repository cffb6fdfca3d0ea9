# Those that do not fit are listed with a dash.
echo '2 255999 258880 258880 258882' | mmspan detect --all
