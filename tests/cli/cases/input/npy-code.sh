make-npy.sh "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), } + exit()" >a.npy
mmspan scan -c data/gemma.yaml a.npy
