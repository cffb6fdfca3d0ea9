echo '200100 200101' | mmspan detect --exit-zero
