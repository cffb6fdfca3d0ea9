make-npy.sh "{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }" ''  >a.npy
mmspan collapse -c data/pixtral.yaml a.npy
echo $?
mmspan collapse -c data/pixtral.yaml --input-format npy <a.npy
echo $?
dd if=a.npy 2>/dev/null | mmspan collapse -c data/pixtral.yaml
echo $?
