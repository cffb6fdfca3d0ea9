"""Compares what mmspan finds with what a processor wrote."""

import json
import subprocess


def coalesce(runs):
    """Runs of one modality that touch count as one: where they are parted only media can say."""
    out = []
    for start, length, kind in sorted(runs):
        if out and out[-1][2] == kind and out[-1][0] + out[-1][1] == start:
            out[-1][1] += length
        else:
            out.append([start, length, kind])
    return out


class Command:
    """The program, with the config of one family."""

    def __init__(self, program, config, tokenizer=None):
        self._line = [program, "scan", "-c", config, "--format", "json", "--exit-zero"]
        if tokenizer:
            self._line += ["--tokenizer", tokenizer]

    def scan(self, prompts, rows=None):
        """Scans prompts, all with the same media (their rows by modality) or with none."""
        options = [
            word
            for kind, numbers in (rows or {}).items()
            for word in ("--rows", f"{kind}={','.join(map(str, numbers))}")
        ]
        text = "".join(" ".join(map(str, p.ids)) + "\n" for p in prompts)
        done = subprocess.run(
            self._line + options, input=text, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip() or f"mmspan ended with {done.returncode}")
        return [json.loads(line) for line in done.stdout.splitlines()]


def faults_of(prompt, alone, dealt):
    """What is wrong with the two scans of a prompt: without its media, and with them."""
    faults = []
    found = coalesce(
        (r["start"], r["length"], r["modality"]) for i in alone["items"] for r in i["runs"]
    )
    wanted = coalesce(prompt.runs)
    if found != wanted:
        missing = [r for r in wanted if r not in found][:4]
        extra = [r for r in found if r not in wanted][:4]
        faults.append(f"runs: missing {missing}, extra {extra}")
    if alone["findings"]:
        faults.append(f"findings: {json.dumps(alone['findings'][:2])}")
    if dealt["findings"]:
        faults.append(f"with media {prompt.rows}: {json.dumps(dealt['findings'][:2])}")
    return faults


def replay(command, prompts):
    """Yields each prompt with a list of what is wrong with it."""
    for prompt, alone in zip(prompts, command.scan(prompts), strict=True):
        yield prompt, faults_of(prompt, alone, command.scan([prompt], prompt.rows)[0])
