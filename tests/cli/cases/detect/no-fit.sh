# A token that some configs know, and nothing that it could be a part of.
echo '200100 151653 200101' | mmspan detect --format json
