make-npy.sh "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }" '\001\000\002\000\003\000\376\377'  >a.npy
mmspan collapse -c data/pixtral.yaml a.npy
echo $?
mmspan collapse -c data/pixtral.yaml --input-format npy <a.npy
echo $?
dd if=a.npy 2>/dev/null | mmspan collapse -c data/pixtral.yaml
echo $?
