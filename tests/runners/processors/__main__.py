"""Has real processors write prompts and replays them with mmspan.

    python tests/runners/processors MMSPAN [CONFIG...]

A prompt passes when the runs of rows are found where the processor put them, when there is no
finding, and when the rows of the media fit (--rows). With names of configs only their families
are tried; without, the output also says which processors and configs have no prompts, and why.
Exits with 1 when a prompt fails or cannot be written, and when a processor of transformers is
neither tried nor in the list of those left out.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
import traceback
import warnings

# No hub, no warnings about what is missing, one thread.
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    TRANSFORMERS_VERBOSITY="critical",
    TOKENIZERS_PARALLELISM="false",
    OMP_NUM_THREADS="1",
)
warnings.filterwarnings("ignore")

import families  # noqa: E402
import left_out  # noqa: E402
import mistral  # noqa: E402
import prompts  # noqa: E402
import replay  # noqa: E402
import torch  # noqa: E402

import build  # noqa: E402


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.configs = set()

    def count(self, prompt, faults):
        self.passed += not faults
        self.failed += bool(faults)
        if faults:
            print(f"FAIL {prompt.config}, {prompt.name}")
            for fault in faults:
                print(f"     {fault[:600]}")

    def broken(self, config, name):
        self.failed += 1
        print(f"FAIL {config}, {name}: the processor ended with")
        print("     " + traceback.format_exc(limit=-2).strip().replace("\n", "\n     "))


def write_all(family, writer, tally):
    """The prompts of a family; another size for each, and more where a prompt has one media."""
    written = []
    plans = list(prompts.layouts(family)) * (3 if family.most == 1 else 1)
    for first, (name, text, n) in enumerate(plans):
        try:
            written.append(writer.write(name, text, n, first))
        except Exception:
            tally.broken(family.config, name)
    return written


def try_family(program, family, tally):
    start, before = time.monotonic(), tally.passed
    tally.configs.add(family.config)
    try:
        tokenizer = build.make_tokenizer(family)
        writer = prompts.Writer(family, build.make_processor(family, tokenizer), tokenizer)
    except Exception:
        tally.broken(family.config, family.model_type)
        return
    written = write_all(family, writer, tally)
    with tempfile.TemporaryDirectory() as folder:
        needs_tokenizer = None in build.read_tokens(family.config)[0].values()
        if needs_tokenizer:
            tokenizer.save_pretrained(folder)
        config = str(build.CONFIGS / f"{family.config}.yaml")
        command = replay.Command(program, config, folder if needs_tokenizer else None)
        for prompt, faults in replay.replay(command, written):
            tally.count(prompt, faults)
    name = writer.processor.__class__.__name__
    seconds = time.monotonic() - start
    print(f"{family.config}: {tally.passed - before} prompts of {name}, {seconds:.1f} s")


def try_mistral(program, wanted, tally):
    for config, written in itertools.groupby(mistral.write(), key=lambda prompt: prompt.config):
        if wanted and config not in wanted:
            continue
        before = tally.passed
        tally.configs.add(config)
        command = replay.Command(program, str(build.CONFIGS / f"{config}.yaml"))
        for prompt, faults in replay.replay(command, list(written)):
            tally.count(prompt, faults)
        print(f"{config}: {tally.passed - before} prompts of mistral-common")


def account(tally):
    """Says what has no prompts; a processor that nobody has thought of is a failure."""
    cases = {build.processor_name(family) for family in families.ALL}
    for reason, names in left_out.LEFT_OUT.items():
        print(f"left out, {reason}: {' '.join(names.split())}")
    without = sorted({path.stem for path in build.CONFIGS.glob("*.yaml")} - tally.configs)
    print(f"no processor in these packages writes for: {' '.join(without)}")
    new, twice = left_out.unknown(cases)
    tally.failed += len(new) + len(twice)
    for name in new:
        print(f"FAIL {name} is neither in a family nor in left_out.py")
    for name in twice:
        print(f"FAIL {name} is in left_out.py, though a family has it")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="MMSPAN")
    parser.add_argument("configs", metavar="CONFIG", nargs="*")
    given = parser.parse_args()
    torch.set_num_threads(1)
    tally = Tally()
    for family in families.ALL:
        if not given.configs or family.config in given.configs:
            try_family(given.program, family, tally)
    try_mistral(given.program, given.configs, tally)
    if not given.configs:
        account(tally)
    if tally.passed + tally.failed == 0:
        sys.exit("no family has one of these configs: " + ", ".join(given.configs))
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
