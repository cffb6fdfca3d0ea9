make-npy.sh "{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }" '\001'  >a.npy
mmspan collapse -c data/pixtral.yaml a.npy
echo $?
mmspan collapse -c data/pixtral.yaml --input-format npy <a.npy
echo $?
dd if=a.npy 2>/dev/null | mmspan collapse -c data/pixtral.yaml
echo $?
