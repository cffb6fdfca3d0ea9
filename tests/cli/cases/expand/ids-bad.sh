run() {
    echo '5 10 13 6' | mmspan expand -c data/pixtral.yaml "$@"
    echo $?
}
run --ids image
run --ids image=missing
run --ids picture=a
echo '5 6' >a
run --ids image=a
echo '10 10' >a
run --ids image=a
echo '10 10 13' >a
run --ids image=a --rows image=2
run --ids image=a --ids image=a
echo '10 x' >a
run --ids image=a
