#!/usr/bin/env python3
"""Detects the config of prompts that real processors wrote: detect.py PROGRAM CASES.jsonl

Each case names its config, which must rank first. Exits with 77, skipped, when there is no such file.
"""

import json
import os
import subprocess
import sys

# Prompts that another config explains better, for a reason that is right.
BETTER = {
    "qianfan-ocr": "internvl-3",  # knows the delimiters, which are text to the config of the case
}


def detect(program, case):
    text = " ".join(" ".join([str(token)] * count) for token, count in case["ids"]) + "\n"
    done = subprocess.run([program, "detect", "--format", "json"], input=text, capture_output=True, text=True)
    return json.loads(done.stdout)["configs"]


def complaint(case, configs):
    """What is wrong with the ranks, or None."""
    ranks = {config["model"]: config["rank"] for config in configs}
    rank = ranks.get(case["config"])
    if rank == 1:
        return None
    if rank and ranks.get(BETTER.get(case["config"])) == 1:
        return None
    first = [config["model"] for config in configs if config["rank"] == 1]
    return f"{case['config']}, {case['name']}: ranks {rank}; first: {', '.join(first)}"


def main():
    program, path = sys.argv[1:]
    if not os.path.exists(path):
        print(f"skipped: no {path}")
        return 77
    with open(path, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines if line.strip()]
    complaints = [said for case in cases if (said := complaint(case, detect(program, case)))]
    print("\n".join(complaints + [f"{len(cases)} prompts, {len(complaints)} wrong"]))
    return 1 if complaints or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
