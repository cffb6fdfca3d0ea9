make-npy.sh "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 1), }" '\200\363\003\000\002\000\000\000' >a.npy
mmspan collapse -c data/gemma.yaml a.npy
