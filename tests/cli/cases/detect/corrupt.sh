echo '1 2 x' | mmspan detect
