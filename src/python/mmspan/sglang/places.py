"""Where SGLang puts the embeddings of a request."""

from __future__ import annotations

from typing import Any

from mmspan.runners.agree import Spans


class NoPlacesError(Exception):
    """The model finds its places itself, later."""


def places(obj: Any, mm_inputs: Any) -> dict[str, list[Spans]]:
    """For each modality and media the half-open spans of tokens that take its rows.

    Parameters
    ----------
    obj : GenerateReqInput
        Its ``image_data``, ``video_data`` and ``audio_data`` say how many media there are.
    mm_inputs : MultimodalProcessorOutput or None

    Raises
    ------
    NoPlacesError
        The items have no offsets.
    """
    found: dict[str, list[Spans]] = {}
    given = {name: _count(getattr(obj, f"{name}_data", None)) for name in _NAMES}
    for item in (mm_inputs.mm_items if mm_inputs else None) or ():
        modality = _modality(item.modality.name)
        if not item.offsets:
            raise NoPlacesError(f"SGLang gives no offsets of {modality} items for this model")
        spans = [(first, last + 1) for first, last in item.offsets]
        found.setdefault(modality, []).append(spans)
    for modality, items in found.items():
        # Several media may be one item, when their features could not be split.
        n_media = given.get(modality, 0)
        if len(items) != n_media and sum(map(len, items)) == n_media:
            found[modality] = [[span] for spans in items for span in spans]
    for modality, n_media in given.items():
        # Media that were dropped on the way take no place, and are missed in the prompt.
        missing = n_media - len(found.get(modality, ()))
        if missing > 0 and not found.get(modality):
            found[modality] = [[] for _ in range(missing)]
    return found


_NAMES = ("image", "video", "audio")


def _modality(name: str) -> str:
    return "image" if name == "MULTI_IMAGES" else name.lower()


def _count(data: Any) -> int:
    if data is None:
        return 0
    return len(data) if isinstance(data, (list, tuple)) else 1
