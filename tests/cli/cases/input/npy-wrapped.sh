make-npy.sh "{'descr': '<u2', 'fortran_order': False, 'shape': (2,), }" '\001\000\377\377'  >a.npy
mmspan scan -c data/gemma.yaml a.npy
echo $?
mmspan detect a.npy
echo $?
