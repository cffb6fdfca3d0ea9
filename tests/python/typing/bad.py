"""Never run: each line must be refused, and is an error of mypy itself when it is not."""

import mmspan

m = mmspan.load("gemma-4")
mmspan.load(5)  # type: ignore[arg-type]
m.scan(5)  # type: ignore[arg-type]
m.scan("text")  # type: ignore[arg-type]
m.scan([1.5])  # type: ignore[list-item]
m.scan(["a"])  # type: ignore[list-item]
m.scan([1], [(0, 1)])  # type: ignore[call-arg]
m.scan([1], nonsense=1)  # type: ignore[call-arg]
r = m.scan([1])
r[0] = 5  # type: ignore[index]
r.items = 5  # type: ignore[misc, assignment]
r["a"]  # type: ignore[call-overload]
r.truncate(5, side="up")  # type: ignore[arg-type]
r.assign(image=5)  # type: ignore[arg-type]
r.mask(out=[1, 2])  # type: ignore[call-overload]
m.stream().push([1], literal=1)  # type: ignore[arg-type]
