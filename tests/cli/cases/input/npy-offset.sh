make-npy.sh "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }" '\007\000\000\000' >a.npy
(printf 'three'; cat a.npy) >b
(dd bs=1 count=5 >/dev/null 2>&1; mmspan scan -c data/gemma.yaml -f json) <b
