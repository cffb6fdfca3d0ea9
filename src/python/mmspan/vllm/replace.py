"""vLLM's search for placeholders, its expansion and its ranges, by mmspan.

The tokens of each media are vLLM's own (the model's prompt updates); where they go is what
mmspan finds. So a prompt that vLLM handles rightly gets the same result, and one whose media
are expanded already, all or some, keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mmspan.runners.agree import Problem, left_over
from mmspan.runners.place import Misfit, Slot, slots

if TYPE_CHECKING:
    from mmspan.runners.guard import Guard

#: What a model may have of its own that this replaces. The two that join newlines are known.
_OWN = (
    "_maybe_apply_prompt_updates",
    "_apply_prompt_updates",
    "_apply_token_matches",
    "_apply_token_matches_with_placeholders",
    "_find_mm_placeholders",
)
_JOINS_NEWLINES = frozenset(("Gemma3MultiModalProcessor", "Gemma3nMultiModalProcessor"))


class LeftError(Exception):
    """A prompt that only vLLM knows how to expand."""


def out_of_reach(processor: type) -> str | None:
    """Why the prompts of a model are left to vLLM; None when they are not."""
    from vllm.multimodal.processing.processor import BaseMultiModalProcessor

    if processor.__name__ in _JOINS_NEWLINES:
        return None
    own = [
        name
        for name in _OWN
        if getattr(processor, name) is not getattr(BaseMultiModalProcessor, name)
    ]
    return f"{processor.__name__} has its own {own[0]}" if own else None


#: Why the videos of a server are not looked at.
PRUNED = "whose tokens --video-pruning-rate chooses later"


def prunes_videos(config: Any) -> bool:
    """Do a video's placeholders say nothing of where its rows will be?"""
    spec = getattr(config, "get_video_pruning_spec", None)
    return spec is not None and spec() is not None


def expand(processor: Any, guard: Guard, mm_items: Any, mm_res: Any) -> Any:
    """A prompt's IDs and placeholders, as vLLM's own function returns them.

    Returns None where the prompt is left to vLLM.

    Raises
    ------
    Refusal
        The media do not fit the prompt.
    """
    counts = mm_items.get_all_counts()
    reason = out_of_reach(type(processor)) or _unknown(guard, mm_res.prompt_updates)
    if counts.get("video") and prunes_videos(processor.info.ctx.get_mm_config()):
        reason = f"a video, {PRUNED}"
    if reason:
        guard.once.warn(("left", reason), "left to vLLM: %s", reason)
        return None
    processor._validate_mm_kwargs(mm_res.kwargs, counts)
    processor._validate_mm_updates(mm_res.prompt_updates, counts)
    contents = {
        modality: [_Content(alternatives) for alternatives in items]
        for modality, items in mm_res.prompt_updates.items()
    }
    rows = {modality: [one.rows for one in items] for modality, items in contents.items()}
    prompt = list(mm_res.prompt_ids)
    result = guard.matcher.scan(prompt)
    try:
        found = slots(result, rows)
        newlines = _newlines(processor)
        ids, placeholders = _build(prompt, found, contents, newlines)
    except Misfit as misfit:
        if misfit.problem.kind == "media-count" and left_over(result, guard.facts):
            return None  # vLLM may know a placeholder there; what it makes of it is checked
        guard.refuse(misfit.problem, result)
        return None
    except LeftError as error:
        guard.once.warn(("left", str(error)), "left to vLLM: %s", error)
        return None
    processor._validate_mm_placeholders(placeholders, counts)
    return ids, placeholders


class _Content:
    """The tokens that stand for one media, and which of them take rows."""

    def __init__(self, alternatives: Any) -> None:
        self.targets = [one.target for one in alternatives]
        content = alternatives[0].content
        self.full: list[int] = content.full
        self.mask = content.is_embed(content.full) if content.is_embed else None
        self.rows = len(self.full) if self.mask is None else int(self.mask.sum())

    def lengths(self) -> list[int]:
        """Of its runs of tokens that take rows."""
        if self.mask is None:
            return [len(self.full)]
        lengths: list[int] = []
        last = False
        for embeds in self.mask.tolist():
            if embeds and last:
                lengths[-1] += 1
            elif embeds:
                lengths.append(1)
            last = embeds
        return lengths

    def is_there(self, prompt: list[int], slot: Slot) -> bool:
        """Is it expanded? One row looks like its placeholder; what is around it tells."""
        if not slot.expanded or self.rows != 1:
            return slot.expanded
        before = self.mask.tolist().index(True) if self.mask is not None else 0
        start = slot.spans[0][0] - before
        return start >= 0 and prompt[start : start + len(self.full)] == self.full

    def find(self, prompt: list[int], slot: Slot) -> tuple[int, int]:
        """Where in its placeholder the tokens to be replaced are."""
        for target in self.targets:
            size = len(target)
            starts = [
                at
                for at in range(slot.start, slot.end - size + 1)
                if prompt[at : at + size] == target
            ]
            if len(starts) == 1:
                return starts[0], starts[0] + size
        raise LeftError(f"the placeholder of {slot.modality} is not what vLLM replaces")


def _unknown(guard: Guard, updates: Any) -> str | None:
    """What of a model's updates is beyond a replacement inside an item?"""
    for modality, items in updates.items():
        if items and modality not in guard.matcher.modalities:
            return f"the config has no {modality}"
        for alternatives in items:
            for one in alternatives:
                if one.mode.value != "replace" or not isinstance(one.target, list):
                    return f"{modality} is inserted where there is no placeholder"
            content = alternatives[0].content
            if any(one.content.full != content.full for one in alternatives):
                return f"{modality} has several contents to choose from"
    return None


def _build(
    prompt: list[int],
    found: list[Slot],
    contents: dict[str, list[_Content]],
    newlines: dict[tuple[int, int], int],
) -> tuple[list[int], dict[str, list[Any]]]:
    from vllm.multimodal.processing.processor import PlaceholderFeaturesInfo

    ids: list[int] = []
    placeholders: dict[str, list[Any]] = {name: [] for name, items in contents.items() if items}
    position = 0
    for slot in found:
        content = contents[slot.modality][slot.media]
        if content.is_there(prompt, slot):
            _check_layout(slot, content)
            start, end = slot.spans[0][0], slot.spans[-1][1]
            tokens, mask = prompt[start:end], _mask(slot)
        else:
            start, end = content.find(prompt, slot)
            tokens, mask = content.full, content.mask
        _append(ids, prompt[position:start], newlines)
        position = end
        where = len(ids)
        joined = _append(ids, tokens, newlines)
        if newlines and mask is not None:
            # A newline at an end may now be one token with its neighbour.
            known = {token for pair in newlines for token in pair}
            inner = [at for at, token in enumerate(tokens) if token not in known]
            first, last = inner[0], inner[-1] + 1
            where, tokens, mask = where + first - joined, tokens[first:last], mask[first:last]
        placeholders[slot.modality].append(
            PlaceholderFeaturesInfo(slot.modality, slot.media, where, tokens, mask)
        )
    _append(ids, prompt[position:], newlines)
    return ids, placeholders


def _append(ids: list[int], more: list[int], newlines: dict[tuple[int, int], int]) -> int:
    """Append tokens, two newlines at the seam joined as the tokenizer would; 1 if they were."""
    joined = newlines.get((ids[-1], more[0])) if ids and more else None
    if joined is None:
        ids += more
        return 0
    ids[-1] = joined
    ids += more[1:]
    return 1


def _newlines(processor: Any) -> dict[tuple[int, int], int]:
    """Which two newline tokens are one together, for the models whose media have newlines."""
    if type(processor).__name__ not in _JOINS_NEWLINES:
        return {}
    vocabulary = processor.info.get_tokenizer().get_vocab()
    one, two, three, four = (vocabulary["\n" * n] for n in range(1, 5))
    return {(one, two): three, (two, one): three, (two, two): four}


def _check_layout(slot: Slot, content: _Content) -> None:
    """An expanded media has the right rows; are they where the model has them?"""
    ours = [end - start for start, end in slot.spans]
    if ours != content.lengths():
        text = (
            f"media-layout [{slot.start}, {slot.end}) {slot.modality} {slot.media}: "
            f"its rows are not laid out as the model has them"
        )
        raise Misfit(Problem("media-layout", slot.start, slot.end, text))


def _mask(slot: Slot) -> Any:
    import torch

    if len(slot.spans) == 1:
        return None
    first = slot.spans[0][0]
    mask = torch.zeros(slot.spans[-1][1] - first, dtype=torch.bool)
    for start, end in slot.spans:
        mask[start - first : end - first] = True
    return mask
