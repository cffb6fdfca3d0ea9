"""Families that put images before the text, or take images alone."""

from family import Family
from pieces import GEMMA3, IDEFICS, paligemma, roles

SHIELD = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<start_of_image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endfor %}"
)

AHEAD = [
    Family(
        "fuyu",
        "fuyu",
        image=" ",
        most=1,
        patches={"image": "|SPEAKER|"},
        special={"|ENDOFTEXT|": 0, "<s>": 1},
        more=("<0x04>",),
        # The processor takes away what the tokenizer has put before the first patch.
        words=("|SPEAKER|", "|NEWLINE|"),
        prefix=" ",
    ),
    Family(
        "kosmos-2",
        "kosmos-2",
        processor="Kosmos2Processor",
        image=" ",
        most=1,
        components={"image_processor": "CLIPImageProcessor"},
        special={"<s>": 0, "<unk>": 3},
        roles=roles(bos="<s>", unk="<unk>"),
        words=("<image>", "</image>"),
    ),
    Family(
        "kosmos-2.5",
        "kosmos-2.5",
        processor="Kosmos2_5Processor",
        image=" ",
        most=1,
        components={"image_processor": "Kosmos2_5ImageProcessor"},
        roles=roles(bos="<s>", boi="<image>", eoi="</image>", image="<s>"),
    ),
    Family(
        "blip-2",
        "blip-2",
        image=" ",
        most=1,
        patches={"image": "<image>"},
        options={"processor": {"num_query_tokens": 32}},
    ),
    Family("paligemma-224", "pi0", image=" ", ahead=True, nested=True, **paligemma(224)),
    Family("paligemma-448", "colpali", image=" ", most=1, wordless=True, **paligemma(448)),
    Family("qwen2-vl", "colqwen2", image=" ", most=1, wordless=True, more=("<|endoftext|>",)),
    Family(
        "gemma-3",
        "shieldgemma2",
        image=" ",
        most=1,
        wordless=True,
        roles=GEMMA3["roles"],
        patches=GEMMA3["patches"],
        options={"processor": {"chat_template": SHIELD}},
    ),
    Family(
        "modernvbert",
        "colmodernvbert",
        **IDEFICS,
        components={"image_processor": "Idefics3ImageProcessor"},
        options={"processor": {"image_seq_len": 64}},
    ),
]
