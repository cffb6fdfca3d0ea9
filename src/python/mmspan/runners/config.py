"""What a config's YAML says of single tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from mmspan import Matcher

_Span = tuple[int, int]


@dataclass(frozen=True)
class Facts:
    """Of one config: what embeds, what the tokenizer must agree with, who it is for.

    Attributes
    ----------
    embeds : array of shape (n, 2)
        First and last ID of each range of tokens that take embedding rows.
    pieces : dict of str to int
        The string of each special token, and its ID.
    huggingface : tuple of str
    """

    embeds: NDArray[np.int64]
    pieces: Mapping[str, int]
    huggingface: tuple[str, ...]

    def has_embeds(self, ids: NDArray[np.int32], start: int, end: int) -> bool:
        """Are there tokens that take rows in ``[start, end)`` of a prompt?"""
        part = ids[start:end]
        return any(
            bool(((part >= first) & (part <= last)).any())
            for first, last in self.embeds.tolist()
        )

    def are_embeds(self, ids: NDArray[np.int32], start: int, end: int) -> bool:
        """Are all tokens in ``[start, end)`` of a prompt such that take rows?"""
        part = ids[start:end]
        known = np.zeros(len(part), bool)
        for first, last in self.embeds.tolist():
            known |= (part >= first) & (part <= last)
        return bool(known.all())

    def differences(self, vocabulary: Mapping[str, int]) -> list[str]:
        """What a tokenizer's vocabulary has otherwise than the config, as phrases."""
        return [
            f"{piece} is {vocabulary.get(piece, 'not there')}, not {expected}"
            for piece, expected in self.pieces.items()
            if vocabulary.get(piece) != expected
        ]


def facts(matcher: Matcher, vocabulary: Mapping[str, int] | None = None) -> Facts:
    """Read a matcher's YAML; `vocabulary` resolves tokens that are named by piece alone."""
    import yaml

    text = yaml.safe_load(matcher.yaml)
    tokens: dict[str, Any] = text["tokens"]
    spans: set[_Span] = set()
    for modality in text["modalities"].values():
        for name in _embed_names(modality):
            spans.update(_spans(tokens[name], vocabulary or {}))
    return Facts(
        np.array(sorted(spans), np.int64).reshape(-1, 2),
        dict(_pieces(tokens.values())),
        tuple(text.get("huggingface") or ()),
    )


def _embed_names(modality: Mapping[str, Any]) -> Iterable[str]:
    declared = modality.get("embed", modality.get("patch", ()))
    for names in declared.values() if isinstance(declared, dict) else [declared]:
        yield from [names] if isinstance(names, str) else names


def _spans(token: Any, vocabulary: Mapping[str, int]) -> list[_Span]:
    if isinstance(token, int):
        return [(token, token)]
    if "range" in token:
        first, last = token["range"]
        return [(first, last)]
    ids = [token["id"]] if "id" in token else token.get("any") or token.get("ids")
    if ids is None:
        ids = [vocabulary[token["piece"]]] if token.get("piece") in vocabulary else []
    return [(i, i) for i in ids]


def _pieces(tokens: Iterable[Any]) -> Iterable[tuple[str, int]]:
    for token in tokens:
        # A tokenizer may write an ordinary token, a newline say, in an alphabet of its own.
        if isinstance(token, dict) and {"piece", "id"} <= token.keys():
            if token.get("ordinary"):
                continue
            yield token["piece"], token["id"]
