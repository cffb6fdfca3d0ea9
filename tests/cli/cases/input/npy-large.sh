make-npy.sh "{'descr': '<i8', 'fortran_order': False, 'shape': (3000, 1000), }" >a.npy
truncate -s $((128 + 24000000)) a.npy
mmspan scan -c data/gemma.yaml -f json a.npy | sort -u -t, -k2 | wc -l
dd if=a.npy 2>/dev/null | mmspan scan -c data/gemma.yaml -f json | cksum >a
mmspan scan -c data/gemma.yaml -f json <a.npy | cksum >b
cmp a b
