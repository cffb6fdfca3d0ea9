# A value that no int32 holds is found, not wrapped, and the others are read.
make-npy.sh "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 1), }" '\000\000\000\000\001\000\000\000\007\000\000\000\000\000\000\000' >a.npy
mmspan scan -c data/gemma.yaml a.npy
