"""SGLang's collapse, expansion and offsets, by mmspan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mmspan.runners.agree import Problem

if TYPE_CHECKING:
    from mmspan.runners.guard import Guard

#: Configs whose blocks the processor writes with more than begin, patches and end.
_MORE_THAN_BLOCKS = frozenset(("gemma-3", "gemma-3n"))


def collapse(guard: Guard, prompt: list[int]) -> list[int]:
    """A prompt with one placeholder for each item."""
    result = guard.matcher.scan(prompt)
    return result.collapse().tolist(prompt) if len(result) else prompt


def expand(guard: Guard, ids: list[int], counts: list[int]) -> list[int] | None:
    """A prompt of IDs with its images expanded; None where it is left to SGLang.

    What does not fit is left, too: SGLang goes on by text then, and the check refuses.
    """
    if guard.matcher.model in _MORE_THAN_BLOCKS:
        left = f"{guard.matcher.model} has newlines around its images"
        guard.once.warn(("left", left), "left to SGLang: %s", left)
        return None
    if "image" not in guard.matcher.modalities:
        return None
    result = guard.matcher.scan(ids)
    try:
        expansion = result.expand(image=counts)
    except ValueError as error:  # a modality with a pattern wants the tokens themselves
        guard.once.warn(("left", str(error)), "left to SGLang: %s", error)
        return None
    return None if expansion.findings else expansion.tolist(ids)


def offsets(guard: Guard, input_ids: Any, modality: str) -> list[tuple[int, int]] | None:
    """The first and last token of each run of one modality; None where it is not known."""
    if modality not in guard.matcher.modalities:
        return None
    result = guard.matcher.scan(input_ids.flatten().tolist())
    number = guard.matcher.modalities.index(modality)
    runs = result.runs[result.runs["modality"] == number]
    return [
        (start, start + length - 1)
        for start, length in zip(runs["start"].tolist(), runs["length"].tolist(), strict=True)
    ]


def build(guard: Guard, processor: Any, prompt: Any, grids: Any) -> Any:
    """IDs, inclusive offsets and modalities of a prompt with images.

    Raises
    ------
    Refusal
        The images do not fit the prompt.
    """
    from sglang.srt.managers.schedule_batch import Modality

    if grids is None:
        return None
    ids = prompt if isinstance(prompt, list) else processor._tokenizer.encode(prompt)
    merge = getattr(processor, "spatial_merge_size", 1) ** 2
    rows = [int(grid.prod()) // merge for grid in grids]
    result = guard.matcher.scan(ids)
    expansion = result.expand({name: [] for name in guard.matcher.modalities} | {"image": rows})
    for finding in expansion.findings:
        if finding.kind.startswith("media-"):
            problem = Problem(finding.kind, finding.start, finding.end, finding.text)
            guard.refuse(problem, result)
            return None
    runs = expansion.result.runs
    where = [
        (start, start + length - 1)
        for start, length in zip(runs["start"].tolist(), runs["length"].tolist(), strict=True)
    ]
    return expansion.tolist(ids), where, [Modality.IMAGE] * len(where)
