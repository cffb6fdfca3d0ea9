make-npy.sh "{'descr': '<i4', 'fortran_order': True, 'shape': (1,), }" '\001\000\000\000'  >a.npy
mmspan collapse -c data/pixtral.yaml a.npy
echo $?
mmspan collapse -c data/pixtral.yaml --input-format npy <a.npy
echo $?
dd if=a.npy 2>/dev/null | mmspan collapse -c data/pixtral.yaml
echo $?
