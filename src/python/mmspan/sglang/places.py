"""Where SGLang puts the embeddings of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mmspan.runners.agree import NoPlacesError, Places, Spans, join

if TYPE_CHECKING:
    from mmspan import Result

NAMES = ("image", "video", "audio")


def places(obj: Any, mm_inputs: Any, result: Result) -> Places:
    """For each modality and media the half-open spans of tokens that take its rows.

    Parameters
    ----------
    obj : GenerateReqInput
        Its ``image_data``, ``video_data`` and ``audio_data`` say how many media there are.
    mm_inputs : MultimodalProcessorOutput or None
    result : Result
        A scan of the prompt, which tells media apart where SGLang does not.

    Raises
    ------
    NoPlacesError
        The items have no offsets, or are not here yet.
    """
    if not mm_inputs and getattr(obj, "need_wait_for_mm_inputs", None):
        raise NoPlacesError("an encoder elsewhere hands the media to SGLang's scheduler")
    found: dict[str, list[Spans]] = {}
    for item in (mm_inputs.mm_items if mm_inputs else None) or ():
        modality = _modality(item.modality.name)
        if not item.offsets:
            raise NoPlacesError(f"SGLang gives no offsets of {modality} items for this model")
        spans = [(first, last + 1) for first, last in item.offsets]
        found.setdefault(modality, []).append(spans)
    for modality in NAMES:
        media = _flat(getattr(obj, f"{modality}_data", None))
        theirs = found.get(modality, [])
        if any(isinstance(one, dict) and "format" in one for one in media):
            # Embeddings of any number of media in one: the tokens say how many.
            own = _items(theirs, modality, result)
            found[modality] = own if _same(own, theirs) else _singly(theirs)
        elif media and len(theirs) != len(media):
            found[modality] = _apart(theirs, len(media), modality, result)
    return found


def _apart(found: list[Spans], n_media: int, modality: str, result: Result) -> list[Spans]:
    """The places of as many media as the request has, where SGLang has more or fewer.

    Its offsets are runs of tokens: they do not say how many media there are in one of its
    items whose features it could not split, nor in a run of images that touch. Media that it
    has dropped on the way, for want of a placeholder, have no place.
    """
    own = _items(found, modality, result)
    if not _same(own, found):
        # They are outside of items, which compare() refuses.
        single = _singly(found)
        own = single if len(single) <= n_media else found
    if len(own) > n_media:
        return found  # frames and tiles: whose they are is not known
    n_missing = n_media - len(own)
    if n_missing and own and _may_hold_more(own, n_missing, modality, result):
        return own
    return [*own, *([] for _ in range(n_missing))]


def _items(found: list[Spans], modality: str, result: Result) -> list[Spans]:
    """SGLang's places, item by item of the prompt."""
    theirs = _all(found)
    return [
        spans
        for item in result
        if item.modality == modality and (spans := _within(theirs, item.start, item.end))
    ]


def _same(one: list[Spans], other: list[Spans]) -> bool:
    """Are they the same tokens?"""
    return join(_all(one)) == join(_all(other))


def _singly(found: list[Spans]) -> list[Spans]:
    """Each run as a media of its own."""
    return [[span] for span in _all(found)]


def _all(found: list[Spans]) -> Spans:
    return [span for spans in found for span in spans]


def _within(spans: Spans, start: int, end: int) -> Spans:
    cut = [(max(first, start), min(last, end)) for first, last in spans]
    return [(first, last) for first, last in cut if first < last]


def _may_hold_more(own: list[Spans], n_more: int, modality: str, result: Result) -> bool:
    """May the last one be several that touch, as media without delimiters do?

    Then nothing says how many rows each of them has, or whether it is there.
    """
    rows = [sum(end - start for start, end in spans) for spans in own]
    rows[-1] -= n_more
    if min(rows) < 1:
        return False
    assigned = result.assign({modality: rows + [1] * n_more})
    return not any(
        finding.kind.startswith("media-") and finding.modality == modality
        for finding in assigned.findings
    )


def _modality(name: str) -> str:
    return "image" if name == "MULTI_IMAGES" else name.lower()


def _flat(data: Any) -> list[Any]:
    """The media of a request: one, or any depth of lists, in which None stands for no media."""
    if isinstance(data, (list, tuple)):
        return [one for part in data for one in _flat(part)]
    return [] if data is None else [data]
