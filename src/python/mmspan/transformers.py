"""Checks, type numbers and merging for transformers, and a collator for its Trainer.

    >>> import mmspan.transformers
    >>> batch = {"input_ids": [[2, 255999, 258880, 258880, 258882], [2, 5, 7]]}
    >>> results = mmspan.transformers.check(batch, "gemma-4", media=[{"image": [2]}, {}])
    >>> [len(result) for result in results]
    [1, 0]
    >>> mmspan.transformers.type_ids(batch, "gemma-4")
    [[0, 0, 1, 1, 0], [0, 0, 0]]

Nothing of transformers is imported; torch only to answer tensors with tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

import mmspan
from mmspan import Matcher, Media, MismatchError, Result

#: What a model of transformers takes for its ``mm_token_type_ids``.
TYPE_NUMBERS = {"image": 1, "video": 2, "audio": 3}
#: The rows of each media of one sample, by modality.
SampleMedia = Mapping[str, Sequence[int | Media]]


def check(
    output: Mapping[str, Any],
    model: str | Matcher,
    *,
    media: Sequence[SampleMedia] | None = None,
    merge_size: int | None = None,
) -> list[Result]:
    """Check what a processor has made, sample by sample.

    Parameters
    ----------
    output : BatchFeature or mapping
        With ``input_ids``, and ``attention_mask`` where there is padding. With ``merge_size``,
        ``image_grid_thw`` and ``video_grid_thw`` say how many rows each media has.
    model : str or Matcher
    media : sequence of mappings, optional
        The rows of the media of each sample, by modality. Without them, blocks are checked but
        not counted.
    merge_size : int, optional
        Of Qwen-VL and its kin: ``processor.image_processor.merge_size``.

    Returns
    -------
    list of Result
        One for each sample, of its tokens without padding.

    Raises
    ------
    MismatchError
        The first finding, with the number of its sample.
    """
    matcher = _matcher(model)
    results = [matcher.scan(sample.ids) for sample in _samples(output)]
    if media is None and merge_size:
        media = _from_grids(output, results, merge_size)
    for index, result in enumerate(results):
        if media is not None:
            result = results[index] = result.assign(_complete(matcher, media[index]))
        if result.findings:
            finding = result.findings[0]
            error = MismatchError(f"sample {index}: {finding}")
            error.finding = finding
            raise error
    return results


def type_ids(
    output: Mapping[str, Any],
    model: str | Matcher,
    *,
    numbers: Mapping[str, int] | None = None,
) -> Any:
    """Make ``mm_token_type_ids``: 0 for text, 1 image, 2 video, 3 audio.

    A token counts by the block that it stands in, so a typed placeholder is text.

    Parameters
    ----------
    output : BatchFeature or mapping
        With ``input_ids``, and ``attention_mask`` where there is padding.
    model : str or Matcher
    numbers : mapping, optional
        Other numbers for modalities.

    Returns
    -------
    list of lists, array or tensor
        Of the kind and shape of ``input_ids``.
    """
    matcher = _matcher(model)
    chosen = {name: TYPE_NUMBERS.get(name, 0) for name in matcher.modalities}
    chosen.update(numbers or {})
    rows = []
    for sample in _samples(output):
        row = np.zeros(sample.size, np.int64)
        row[slice(None) if sample.kept is None else sample.kept] = matcher.scan(
            sample.ids
        ).type_ids(chosen)
        rows.append(row)
    given = output["input_ids"]
    if isinstance(given, list):
        return [row.tolist() for row in rows]
    made = np.stack(rows) if rows else np.zeros((0, 0), np.int64)
    return made if isinstance(given, np.ndarray) else given.new_tensor(made)


def merge(
    embeds: Any,
    input_ids: Any,
    model: str | Matcher,
    *,
    attention_mask: Any = None,
    **rows: Sequence[Sequence[Any]],
) -> Any:
    """Write the rows of each sample's media to their places, in place.

    Unlike one scatter over the batch, a sample never takes the rows of another: all is checked
    before anything is written.

    Parameters
    ----------
    embeds : tensor of shape (samples, tokens, width)
    input_ids : tensor of shape (samples, tokens)
    model : str or Matcher
    attention_mask : tensor, optional
        0 for padding.
    **rows
        For each modality, for each sample, a list of tensors of shape (rows, width), one for
        each media.

    Returns
    -------
    tensor
        `embeds`.

    Raises
    ------
    MismatchError
        A sample has other media than it has places; it says which sample and where.
    """
    output = {"input_ids": input_ids}
    if attention_mask is not None:
        output["attention_mask"] = attention_mask
    n_samples = len(input_ids)
    for modality, given in rows.items():
        if len(given) != n_samples:
            raise ValueError(f"{modality} has media for {len(given)} of {n_samples} samples")
    media = [
        {name: [len(one) for one in given[index]] for name, given in rows.items()}
        for index in range(n_samples)
    ]
    results = check(output, model, media=media)
    for index, (result, sample) in enumerate(zip(results, _samples(output), strict=True)):
        for modality, given in rows.items():
            if given[index]:
                places = _places(result, modality)
                if sample.kept is not None:
                    places = sample.kept[places]
                _write(embeds[index], places, given[index])
    return embeds


def _write(embeds: Any, places: Any, rows: Sequence[Any]) -> None:
    if isinstance(embeds, np.ndarray):
        embeds[places] = np.concatenate(rows)
        return
    import torch

    index = torch.from_numpy(places).to(embeds.device)
    embeds[index] = torch.cat(list(rows)).to(embeds.device, embeds.dtype)


def _places(result: Result, modality: str) -> Any:
    """The tokens that take the rows of one modality, in order."""
    number = result.matcher.modalities.index(modality)
    runs = result.runs[result.runs["modality"] == number]
    spans = zip(runs["start"].tolist(), runs["length"].tolist(), strict=True)
    parts = [np.arange(start, start + length) for start, length in spans]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


class Collator:
    """Cuts, checks and pads samples for a Trainer; tokens and media are dropped together.

    A sample is a mapping with ``input_ids``, where there are labels ``labels`` of the same
    length, and for each modality in `media` a list with one entry per media: whatever the
    model wants of it. After the collator they are as many as the tokens have places for.

    Parameters
    ----------
    model : str or Matcher
    max_length : int
        A longer sample is cut to at most so many tokens, never inside a block.
    rows : callable
        Given a modality and an entry, the number of rows of that media.
    media : mapping of str to str
        The key of each modality's list in a sample, as ``{"image": "images"}``.
    join : callable
        Given the padded batch (``input_ids``, ``attention_mask``, ``labels``) and for each key
        of `media` the entries of all samples in order, makes what the model takes.
    pad_token_id : int
    on_bad : {"raise", "drop"}
        What happens with a sample that has a finding after the cut. The dropped are counted in
        `dropped`; a batch without any good sample is an error.

    Examples
    --------
    See examples/collator.py.
    """

    def __init__(
        self,
        model: str | Matcher,
        max_length: int,
        *,
        rows: Callable[[str, Any], int],
        media: Mapping[str, str],
        join: Callable[[dict[str, Any], dict[str, list[Any]]], Any],
        pad_token_id: int,
        on_bad: Literal["raise", "drop"] = "raise",
    ) -> None:
        if on_bad not in ("raise", "drop"):
            raise ValueError(f"on_bad is {on_bad!r}, neither 'raise' nor 'drop'")
        self.matcher = _matcher(model)
        unknown = sorted(set(media) - set(self.matcher.modalities))
        if unknown:
            raise ValueError(f"the config {self.matcher.model} has no {', '.join(unknown)}")
        self.max_length = max_length
        self.rows = rows
        self.media = dict(media)
        self.join = join
        self.pad_token_id = pad_token_id
        self.on_bad = on_bad
        self.dropped = 0

    def __call__(self, samples: Sequence[Mapping[str, Any]]) -> Any:
        """Make a batch."""
        kept = []
        for index, sample in enumerate(samples):
            try:
                kept.append(self._cut(sample))
            except MismatchError as error:
                if self.on_bad == "raise":
                    again = MismatchError(f"sample {index}: {error}")
                    again.finding = error.finding
                    raise again from error
                self.dropped += 1
        if not kept:
            raise MismatchError("no sample of the batch is good")
        entries = {
            key: [entry for sample in kept for entry in sample[key]]
            for key in self.media.values()
        }
        return self.join(self._pad(kept), entries)

    def _cut(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """A sample of at most `max_length` tokens, with the media that survive."""
        given = {name: list(sample.get(key) or ()) for name, key in self.media.items()}
        counts = {name: [self.rows(name, one) for one in ones] for name, ones in given.items()}
        result = self.matcher.scan(sample["input_ids"])
        result = result.assign(_complete(self.matcher, counts)).check()
        cut = result.truncate(self.max_length)
        # All of a prompt may be one block.
        cut.result.check()
        made = {"input_ids": list(sample["input_ids"][cut.start : cut.end])}
        if "labels" in sample:
            made["labels"] = list(sample["labels"][cut.start : cut.end])
        for name, key in self.media.items():
            made[key] = given[name][cut.media[name]]
        return made

    def _pad(self, samples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        import torch

        width = max(len(sample["input_ids"]) for sample in samples)

        def padded(key: str, value: int) -> Any:
            rows = [list(s[key]) + [value] * (width - len(s[key])) for s in samples]
            return torch.tensor(rows, dtype=torch.long)

        batch = {
            "input_ids": padded("input_ids", self.pad_token_id),
            "attention_mask": torch.tensor(
                [
                    [1] * len(s["input_ids"]) + [0] * (width - len(s["input_ids"]))
                    for s in samples
                ]
            ),
        }
        if all("labels" in sample for sample in samples):
            batch["labels"] = padded("labels", -100)
        return batch


def _matcher(model: str | Matcher) -> Matcher:
    return model if isinstance(model, Matcher) else mmspan.load(model)


def _complete(matcher: Matcher, media: SampleMedia) -> dict[str, Any]:
    """With an empty list for each modality that is not named: none of it is expected."""
    return {**{name: [] for name in matcher.modalities}, **media}


class _Sample(NamedTuple):
    """The tokens of a sample without padding; where they are, None for all; with how much."""

    ids: Any
    kept: Any
    size: int


def _samples(output: Mapping[str, Any]) -> list[_Sample]:
    made = []
    masks = output.get("attention_mask")
    for index, row in enumerate(output["input_ids"]):
        if masks is None:
            made.append(_Sample(row, None, len(row)))
            continue
        kept = np.flatnonzero(np.asarray(masks[index]))
        made.append(_Sample(np.asarray(row)[kept], kept, len(row)))
    return made


def _from_grids(
    output: Mapping[str, Any], results: Sequence[Result], merge_size: int
) -> list[dict[str, list[int]]]:
    """Qwen-VL's grids, which are those of all samples in order, dealt out to the samples."""
    media: list[dict[str, list[int]]] = [{} for _ in results]
    for modality in ("image", "video"):
        grids = output.get(f"{modality}_grid_thw")
        if grids is None:
            continue
        rows = (np.asarray(grids).prod(axis=1) // merge_size**2).tolist()
        for index, result in enumerate(results):
            left, mine = result.rows(modality), []
            while rows and left > 0:
                mine.append(rows.pop(0))
                left -= mine[-1]
            media[index][modality] = mine
        # Those that no sample has a place for are missing in the last one.
        media[-1][modality] += rows
    return media
