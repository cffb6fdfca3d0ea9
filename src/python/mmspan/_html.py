def of_result(r): return ""
