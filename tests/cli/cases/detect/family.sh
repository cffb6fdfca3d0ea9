# Models of a family share their tokens: the sample does not decide, and the ranks say so.
echo '9 151652 151655 151655 151655 151653 7 151652 151655 151653' | mmspan detect
