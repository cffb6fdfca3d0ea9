# IDs that no config knows.
echo '200100 200101' | mmspan detect
