"""What must be known of a family to have its processor write prompts."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Family:
    """One config and the processor that writes its prompts.

    config       name of the config
    model_type   of transformers, from which the classes follow
    image, video, audio
                 what stands for one media in the text that the processor gets; "" for none
    patches      the pieces that take rows, by modality; without an entry it is the processor's
                 own token of that modality, or what its image_embeds_position_mask says
    counted_as   modality of the config by that of the processor, where they differ
    processor    its class, where the model type does not say
    components   classes of parts of the processor, by name, or functions that make the parts
    options      arguments for its parts ("image_processor", ...) and for itself ("processor")
    special      pieces at IDs that the config does not have
    roles, more, words, prefix
                 as in stand_in.make
    call         arguments of each call
    most         how many media of one kind a prompt may have
    even         videos are equally long and large
    square       images are squares of this side
    nested       images are handed over as a list for each prompt
    rate         samples a second of a clip
    before, after
                 what each prompt begins and ends with
    rowless      media take no rows
    ahead        images stand before the text, wherever they are asked for
    wordless     images are handed over without a text
    """

    config: str
    model_type: str
    image: str = ""
    video: str = ""
    audio: str = ""
    patches: dict = field(default_factory=dict)
    counted_as: dict = field(default_factory=dict)
    processor: str = ""
    components: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    special: dict = field(default_factory=dict)
    roles: dict = field(default_factory=dict)
    more: tuple = ()
    words: tuple = ()
    prefix: str = ""
    call: dict = field(default_factory=dict)
    most: int = 3
    even: bool = False
    square: int = 0
    nested: bool = False
    rate: int = 16000
    before: str = ""
    after: str = ""
    rowless: bool = False
    ahead: bool = False
    wordless: bool = False
