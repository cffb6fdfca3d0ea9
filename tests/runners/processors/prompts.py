"""Has a processor write prompts, and says what must be found in each.

Which tokens are media does not come from the config, but from the processor: it says what it has
put in the place of each placeholder. The pieces that take rows are counted there, media by media,
and found again in the prompt in the same order.
"""

import re
from dataclasses import dataclass

import media

KINDS = ("image", "video", "audio")


@dataclass
class Prompt:
    """IDs, runs of rows as (start, length, modality), and rows by modality and media."""

    config: str
    name: str
    ids: list
    runs: list
    rows: dict


LAYOUTS = {
    "image": {
        "1 image": "What is in these pictures? {i} Please describe.",
        "1 image at the end": "Please describe {i}",
        "2 images that touch": "{i}{i} how do they differ?",
        "2 images apart": "Here is {i} and here is {i}\n",
        "3 images that touch": "What is in {i}{i}{i}",
        "3 images apart": "{i} and {i}\n{i} how do they differ?",
    },
    "video": {
        "1 video": "What is in {v} please?",
        "2 videos that touch": "{v}{v} how do they differ?",
        "2 videos apart": "Here is {v} and here is {v}\n",
    },
    "audio": {
        "1 clip": "Transcribe the speech {a} please.",
        "2 clips that touch": "{a}{a} Transcribe the speech.",
        "2 clips apart": "Here is {a} and here is {a}\n",
        "3 clips that touch": "{a}{a}{a}",
    },
    "image video": {"an image, a video, an image": "{i} and {v} and {i}\n"},
    "image audio": {"a clip, an image, a clip": "{a} and {i} and {a}\n"},
    "video audio": {"a video and a clip": "{v} and {a}\n"},
}


def layouts(family):
    """The layouts that a family can have: (name, text, number of images, videos, clips)."""
    for kinds, texts in LAYOUTS.items():
        if not all(getattr(family, kind) for kind in kinds.split()):
            continue
        for name, text in texts.items():
            n = [text.count(mark) for mark in ("{i}", "{v}", "{a}")]
            if max(n) <= family.most and not (family.ahead and "apart" in name):
                yield name, text, n


def fill_in(family, text):
    """Text with the family's placeholders; "{n}" in one is the number of the media."""
    for mark, placeholder in (("{i}", family.image), ("{v}", family.video), ("{a}", family.audio)):
        n = 0
        while mark in text:
            n += 1
            text = text.replace(mark, placeholder.replace("{n}", str(n)), 1)
    return family.before + text + family.after


def _images(family, first, n):
    if family.square:
        return [media.square(first + i, family.square) for i in range(n)]
    return [media.image(first + i) for i in range(n)]


def arguments(family, n, first):
    """The media of a call, of other sizes for another `first`."""
    given = dict(family.call)
    if n[0]:
        images = _images(family, first, n[0])
        given["images"] = [images] if family.nested else images
    if n[1]:
        videos = [media.video(0 if family.even else first + i) for i in range(n[1])]
        given["videos"] = [frames for frames, _ in videos]
        given["video_metadata"] = [known for _, known in videos]
        given.setdefault("do_sample_frames", False)
    if n[2]:
        given["audio"] = [media.clip(first + i, family.rate) for i in range(n[2])]
    return given


def flat(ids):
    """The IDs of the only prompt of a batch."""
    if hasattr(ids, "tolist"):
        ids = ids.tolist()
    return list(ids[0]) if ids and isinstance(ids[0], (list, tuple)) else list(ids)


class Recorder:
    """Stands before a processor's method and keeps what it put in the place of each media."""

    def __init__(self, processor):
        self._method = processor.get_text_with_replacements
        self.replacements = []
        processor.get_text_with_replacements = self

    def __call__(self, *args, **kwargs):
        text, offsets = self._method(*args, **kwargs)
        self.replacements = offsets[0] if offsets else []
        return text, offsets


class Writer:
    """A family's processor at work."""

    def __init__(self, family, processor, tokenizer):
        self.family = family
        self.processor = processor
        self.tokenizer = tokenizer
        self.recorder = Recorder(processor)
        self.patches = {kind: self._patches_of(kind) for kind in KINDS}

    def _patches_of(self, kind):
        pieces = self.family.patches.get(kind, getattr(self.processor, f"{kind}_token", None))
        if pieces is None:
            return frozenset()
        pieces = [pieces] if isinstance(pieces, str) else pieces
        return frozenset(self.tokenizer.convert_tokens_to_ids(list(pieces)))

    def _rows_in(self, replacement):
        """How many rows what stands for a media has."""
        ids = self.tokenizer(replacement["replacement"], add_special_tokens=False)["input_ids"]
        return sum(i in self.patches[replacement["type"]] for i in ids)

    def _media_in(self, text, first):
        """(modality, rows) of the media, in the order of the prompt."""
        if self.recorder.replacements:
            return [(r["type"], self._rows_in(r)) for r in self.recorder.replacements]
        seen, found = [0, 0, 0], []
        for mark in re.findall(r"\{[iva]\}", text):
            k = "iva".index(mark[1])
            found.append((KINDS[k], self._rows_alone(k, first + seen[k])))
            seen[k] += 1
        return found

    def _call(self, text, n, first):
        """IDs of a text with media, and the positions that take rows."""
        given = arguments(self.family, n, first)
        if not self.family.wordless:
            given["text"] = [fill_in(self.family, text)]
        done = self.processor(**given)
        ids = flat(done["input_ids"])
        if "image_embeds_position_mask" in done:
            mask = flat(done["image_embeds_position_mask"])
            return ids, [p for p, m in enumerate(mask) if m == 1]
        every = frozenset().union(*self.patches.values())
        return ids, [p for p, i in enumerate(ids) if i in every]

    def _rows_alone(self, k, index):
        """How many rows a media has in a prompt of its own, for processors that do not say."""
        n = [int(k == other) for other in range(3)]
        return len(self._call("{" + "iva"[k] + "}", n, index)[1])

    def write(self, name, text, n, first):
        """One prompt."""
        self.recorder.replacements = []
        ids, at = self._call(text, n, first)
        found = self._media_in(text, first)
        if len(found) != sum(n):
            raise ValueError(f"{name}: {len(found)} media were put in, not {sum(n)}")
        if self.family.rowless:
            # Any number of rows must do.
            runs, rows = [], {kind: [1601] * sum(k == kind for k, _ in found) for kind, _ in found}
        else:
            runs, rows = self._place(at, found)
        return Prompt(
            self.family.config, f"{self.processor.__class__.__name__}: {name}", ids, runs, rows
        )

    def _place(self, at, found):
        """Which media the rows are of that stand at these positions."""
        if len(at) != sum(n for _, n in found):
            raise ValueError(
                f"{len(at)} rows in the prompt, {sum(n for _, n in found)} in its media"
            )
        runs, rows, k = [], {}, 0
        for kind, n in found:
            kind = self.family.counted_as.get(kind, kind)
            rows.setdefault(kind, []).append(n)
            for p in at[k : k + n]:
                if runs and runs[-1][2] == kind and runs[-1][0] + runs[-1][1] == p:
                    runs[-1][1] += 1
                else:
                    runs.append([p, 1, kind])
            k += n
        return runs, rows
