make-npy.sh "{'descr': '<i4', 'shape': (1,), }" >a.npy
mmspan scan -c data/gemma.yaml a.npy
